"""Settings of every test run."""

import hashlib
import os
import tempfile
from pathlib import Path

# Numba's cache does not notice a change in a function that a kernel inlines; a folder named after all sources does.
_SOURCES = sorted((Path(__file__).parents[1] / "focalboost" / "kernels").glob("*.py"))
_DIGEST = hashlib.sha256(b"".join(path.read_bytes() for path in _SOURCES)).hexdigest()[:16]
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / f"focalboost-tests-{_DIGEST}"))

from hypothesis import settings  # noqa: E402 (Numba reads its folder when it is first imported)

settings.register_profile("focalboost", deadline=None, derandomize=True)  # the first call compiles
settings.load_profile("focalboost")

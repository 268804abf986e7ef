"""Compiled kernels on disk: Numba's folder, with files that cannot be mistaken for one another.

Numba's own files are keyed on the source file of the outermost function alone, so that machine code outlives a change
of a function that is inlined (after an upgrade of this package, say). Two processes that fill an empty folder at once
can give two kernels one name, so that one is loaded as the other. A damaged file or a full disk raises. Here a file is
named after all that its content depends on and begins with its digest, and no fault of a folder stops the work.
"""

import hashlib
import pickle
import sys
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import uuid4

import numba
from numba.core.caching import FunctionCache
from numba.core.serialize import dumps

_DIGEST_BYTES = hashlib.sha256().digest_size


class KernelCache(FunctionCache):
    """Numba's cache of one function, kept in files of another form."""

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        self._cache_file = _Files(Path(self.cache_path), self._impl.filename_base)  # type: ignore[assignment]

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compiled kernel, unless the folder cannot take it: no space, no longer there, no permission."""
        with suppress(OSError):
            super().save_overload(sig, data)


class _Files:
    """A file for each key."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name

    def load(self, key: Any) -> Any:
        """Return what was saved, or None where there is no such file or it is damaged."""
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        digest, code = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        return pickle.loads(code) if hashlib.sha256(code).digest() == digest else None

    def save(self, key: Any, data: Any) -> None:
        """Write a file whole or not at all."""
        path, code = self._path(key), dumps(data)
        unfinished = path.with_name(f"{uuid4().hex}.tmp")
        try:
            unfinished.write_bytes(hashlib.sha256(code).digest() + code)
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise

    def _path(self, key: Any) -> Path:
        # The key holds the types of the arguments, the processor, and the function's code and closure.
        identity = repr((key, sources_digest(), numba.__version__, sys.version))
        return self._folder / f"{self._name}.{hashlib.sha256(identity.encode()).hexdigest()[:32]}.nbc"


@cache
def sources_digest() -> str:
    """Return a digest of every module beside this one: a kernel inlines functions of several."""
    modules = {file.name: file for file in files(__package__).iterdir() if file.name.endswith(".py")}
    return hashlib.sha256(b"".join(modules[name].read_bytes() for name in sorted(modules))).hexdigest()

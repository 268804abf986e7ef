"""Start-up, in processes of their own.

Medians of several processes, with the quartiles; the goals are absolute, so the ratio to `import numpy` in the same
process stands beside them. "First gradient" is the first call of a loss, with all that it imports and loads or
compiles. Python's own bytecode is cached, as an installer leaves it.
"""

import tempfile
from typing import Any

import numpy as np
from children import in_child
from pairs import ratio_of

_IMPORT, _FIRST, _COMPILED = (
    "`import focalboost` after NumPy",
    "first gradient, cached code",
    "first gradient, no cache",
)
GOALS = {_IMPORT: 0.03, _FIRST: 0.3, _COMPILED: 6.0}


def measure(quick: bool) -> list[dict[str, Any]]:
    """Measure in several processes with the compiled code in the cache, and in a few without."""
    cached, compiled = runs(5 if quick else 15, 1 if quick else 3)
    found = {_IMPORT: (cached, "import"), _FIRST: (cached, "first"), _COMPILED: (compiled, "first")}
    return [
        {
            "what": what,
            "seconds": ratio_of(np.array([run[key] for run in measured]), GOALS[what]),
            "goal": GOALS[what],
            "/ `import numpy`": ratio_of(np.array([run[key] / run["numpy"] for run in measured])),
        }
        for what, (measured, key) in found.items()
    ]


def runs(cached: int, compiled: int) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Start processes that find compiled code in Numba's cache, and processes that do not."""
    with tempfile.TemporaryDirectory() as folder:
        # A setting that keeps Python from writing bytecode would make it compile its libraries at each start.
        bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        in_child("starting:seconds", **bytecode)
        first = [in_child("starting:seconds", **bytecode) for _ in range(cached)]
        second = []
        for _ in range(compiled):
            with tempfile.TemporaryDirectory() as new:
                second.append(in_child("starting:seconds", NUMBA_CACHE_DIR=new, **bytecode))
    return first, second

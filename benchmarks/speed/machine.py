"""Machine and versions, and the bandwidth of its memory: bytes read and written a second by a plain copy."""

import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from children import CORES, in_child, thread_counts

PACKAGES = ("focalboost", "numba", "numpy", "scipy", "scikit-learn", "xgboost", "lightgbm")


def describe() -> str:
    """Return the machine and the versions in a line or two."""
    versions = [f"Python {platform.python_version()}", *(f"{name} {_version(name)}" for name in PACKAGES)]
    return f"{_processor()}, {CORES} cores used, {_memory()} of memory, {platform.system()}. {', '.join(versions)}."


def measure(quick: bool) -> list[dict[str, Any]]:
    """Measure the copy on one thread and on all."""
    return [
        {"threads": threads, "GB/s": f"{in_child('copying:bandwidth', quick, threads=threads) / 1e9:.1f}"}
        for threads in thread_counts()
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    about = _read("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", about)
    widest = next((name for name in ("avx512f", "avx2", "sse2") if f" {name}" in about), "")
    return f"{found[1] if found else platform.processor() or platform.machine()} ({widest or platform.machine()})"


def _memory() -> str:
    found = re.search(r"MemTotal:\s+(\d+) kB", _read("/proc/meminfo"))
    return f"{int(found[1]) / 2**20:.0f} GiB" if found else "an unknown amount"


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf8") if Path(path).exists() else ""

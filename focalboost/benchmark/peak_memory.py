"""How much memory a fit takes at its peak."""

from __future__ import annotations

import re
from pathlib import Path

_MIB = 2**20
_RESET_PEAK = "5"


class PeakMemory:
    """The process's memory at its peak since this object was made, less what it had then.

    Linux alone can forget an earlier peak; elsewhere ``mib`` is NaN. Other fits in the same process count too.
    """

    def __init__(self) -> None:
        self._before: float | None = None
        try:
            Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
            resident_memory("VmHWM")
            self._before = resident_memory("VmRSS")
        except OSError:
            return

    def mib(self) -> float:
        """Return the additional memory at its peak so far, in MiB."""
        return float("nan") if self._before is None else (resident_memory("VmHWM") - self._before) / _MIB


def resident_memory(name: str) -> float:
    """Return this process's memory in bytes on Linux: "VmRSS" is what it is now, "VmHWM" its peak."""
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    if found is None:
        raise OSError(f"/proc/self/status has no {name}")
    return 1024.0 * int(found[1])

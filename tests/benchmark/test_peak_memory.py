import sys
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from focalboost.benchmark.peak_memory import PeakMemory

MIB = 2**20
linux = pytest.mark.skipif(
    not sys.platform.startswith("linux") or np.isnan(PeakMemory().mib()), reason="the system tells no peak"
)


@linux
def test_memory_that_is_given_back_counts_and_what_was_before_does_not():
    held = np.ones(64 * MIB, dtype=np.uint8)
    memory = PeakMemory()
    before = memory.mib()
    assert 0 <= before < 16
    more = np.ones(128 * MIB, dtype=np.uint8)
    del more
    assert 120 < memory.mib() < 160
    assert PeakMemory().mib() < 16
    assert held[-1] == 1


@pytest.mark.parametrize("missing", ["/proc", "VmRSS", "VmHWM"])
def test_it_is_not_known_where_the_system_does_not_tell(missing, monkeypatch):
    status = "".join(f"{name}:\t  1024 kB\n" for name in ("VmRSS", "VmHWM") if name != missing)

    if missing == "/proc":
        monkeypatch.setattr(Path, "write_text", Mock(side_effect=FileNotFoundError))
    else:
        monkeypatch.setattr(Path, "write_text", Mock())
        monkeypatch.setattr(Path, "read_text", Mock(return_value=status))
    assert np.isnan(PeakMemory().mib())


def test_a_peak_is_in_mib(monkeypatch):
    reset = Mock()
    monkeypatch.setattr(Path, "write_text", reset)
    monkeypatch.setattr(Path, "read_text", Mock(return_value="VmHWM:\t    9216 kB\nVmRSS:\t    2048 kB\n"))
    memory = PeakMemory()
    reset.assert_called_once_with("5", encoding="ascii")
    monkeypatch.setattr(Path, "read_text", Mock(return_value="VmHWM:\t    5120 kB\nVmRSS:\t    4096 kB\n"))
    assert memory.mib() == 3.0

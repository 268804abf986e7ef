import sys
from pathlib import Path

import numpy as np
import pytest

from focalboost.benchmark import peak_memory
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

    def refuse(self, *text, **encoding):
        if missing == "/proc":
            raise FileNotFoundError(self)

    def read(self, **encoding):
        refuse(self)
        return status

    monkeypatch.setattr(peak_memory, "Path", type("Fake", (type(Path()),), {"write_text": refuse, "read_text": read}))
    assert np.isnan(PeakMemory().mib())


def test_a_peak_is_in_mib(monkeypatch):
    reports = iter(["VmHWM:\t 9999 kB\n", "VmRSS:\t 2048 kB\n", "VmHWM:\t 5120 kB\n"])
    fake = {"write_text": lambda self, *text, **encoding: None, "read_text": lambda self, **encoding: next(reports)}
    monkeypatch.setattr(peak_memory, "Path", type("Fake", (type(Path()),), fake))
    assert PeakMemory().mib() == 3.0

"""One measurement in a process of its own, and its memory."""

import json
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Self

MIB = 2**20
GIB = 2**30


def in_child(part: str, case: dict[str, Any]) -> dict[str, Any]:
    """Run ``PART.run(**case)`` in a new process and return its figures."""
    script = Path(__file__).with_name("scale.py")
    command = [sys.executable, str(script), "--child", json.dumps({"part": part, "case": case})]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{part} {case} ended with the status {done.returncode}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def memory(name: str) -> int:
    """Return a field of this process's memory in bytes: VmRSS (now), VmHWM (its peak), RssAnon (without files)."""
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    if found is None:
        raise OSError(f"/proc/self/status has no {name}: this needs Linux")
    return 1024 * int(found[1])


def forget_peak() -> int:
    """Let VmHWM begin anew, and return the memory now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return memory("VmRSS")


class AnonymousPeak:
    """The largest memory without mapped files while the block runs, looked up fifty times a second."""

    bytes = 0

    def __enter__(self) -> Self:
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self.bytes = max(self.bytes, memory("RssAnon"))


class RoundTimes:
    """When the rounds of a training ended."""

    def __init__(self) -> None:
        self.ends: list[float] = []

    def mark(self, *_: object) -> bool:
        """Note the time; XGBoost reads the result as "do not stop"."""
        self.ends.append(time.perf_counter())
        return False

    def seconds(self) -> float:
        """Return the mean of all rounds but the first."""
        return (self.ends[-1] - self.ends[0]) / (len(self.ends) - 1)

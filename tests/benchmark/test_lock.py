import errno
import os
import re
import signal
import subprocess
import sys

import filelock
import pytest

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.lock import locked

HOLDER = """
import sys, time
from pathlib import Path
from focalboost.benchmark.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_folder_is_one_run_s_at_a_time(tmp_path):
    message = r"another run is writing to .*: wait for it, or give another --output"
    with locked(tmp_path), pytest.raises(BenchmarkError, match=message), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_an_error_frees_the_folder(tmp_path):
    with pytest.raises(KeyboardInterrupt), locked(tmp_path):
        raise KeyboardInterrupt
    with locked(tmp_path):
        pass


def test_the_lock_of_a_process_that_was_killed_is_gone(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BenchmarkError, match="another run is writing"), locked(tmp_path):
            pass
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    with locked(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "out"
    message = rf"{re.escape(str(folder))} cannot be written \(.+\): mend that, or give another --output"
    with pytest.raises(BenchmarkError, match=message), locked(folder):
        pass


def test_a_folder_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(BenchmarkError, match=r"cannot be written \(Permission denied\)"), locked(tmp_path):
        pass

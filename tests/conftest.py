"""Settings of every test run."""

import os
import signal
from importlib.metadata import version

import pytest
from hypothesis import settings

# Threads of the boosters that wait for work and spin keep the other test processes from the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Where a shell runs the tests in the background, their children would ignore Ctrl-C too, which is tested.
    signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("focalboost", deadline=None, derandomize=True)  # the first call compiles
settings.load_profile("focalboost")


def pytest_collection_modifyitems(items):
    if version("lightgbm").startswith(("4.2.", "4.3.", "4.4.")):
        talks = pytest.mark.skip(reason="LightGBM before 4.5 prints information whatever its verbosity")
        for item in items:
            trains = ("FocalLGBMClassifier(", ".lightgbm_callback(")
            if isinstance(item, pytest.DoctestItem) and any(call in item.dtest.docstring for call in trains):
                item.add_marker(talks)

"""Tests run the notebooks in quick size."""

import os

collect_ignore_glob = ["*.py"]  # the notebooks' text twins


def pytest_configure():
    """Tell the notebooks' kernels."""
    os.environ["FOCALBOOST_QUICK"] = "1"
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # waiting threads would keep other tests from the cores

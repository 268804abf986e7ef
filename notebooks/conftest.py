"""Tests run the notebooks in quick size."""

import os

collect_ignore_glob = ["*.py"]  # the notebooks' text twins


def pytest_configure():
    """Tell the notebooks' kernels."""
    os.environ["FOCALBOOST_QUICK"] = "1"

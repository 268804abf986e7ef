"""Compilation: lazily, or not at all."""

import subprocess
import sys

import pytest


def test_import_brings_in_numpy_alone():
    code = (
        "import sys, focalboost; "
        "heavy = {'numba', 'llvmlite', 'xgboost', 'lightgbm', 'sklearn', 'pandas', 'scipy', 'pyarrow', 'rich'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("n_classes", [2, 3])
def test_works_without_compilation(n_classes):
    code = f"""
import numpy as np
from focalboost import BinaryFocalLoss, MulticlassFocalLoss
z = np.array([[0.5, -1.0, 2.0][:{n_classes}], [0.0, 3.0, 1.0][:{n_classes}]])
g, h = MulticlassFocalLoss({n_classes}).gradient_hessian([0, 1], z)
assert abs(g.sum()) < 1e-12 and (h > 0).all()
g, h = BinaryFocalLoss(gamma=0.0).gradient_hessian([0, 1], [0.0, 0.0])
assert g.tolist() == [0.5, -0.5] and h.tolist() == [0.25, 0.25]
"""
    environment = {"NUMBA_DISABLE_JIT": "1", "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120, env=environment)

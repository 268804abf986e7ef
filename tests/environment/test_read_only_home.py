"""Estimators and the benchmark where neither a home nor a cache can be written: Matplotlib and joblib want one too.

Kernels that are compiled without a cache are in `test_compile_cache.py`; here nothing is compiled, which takes long.
"""

BEGINNING = """
import warnings
warnings.filterwarnings("ignore", category=RuntimeWarning, module="focalboost.kernels")
"""

FIT = """
import numpy as np
import focalboost
X = np.random.default_rng(0).normal(size=(300, 3))
y = (X[:, 0] > 0.8).astype(int)
for model in (focalboost.FocalXGBClassifier(n_estimators=2, n_jobs=1),
              focalboost.FocalLGBMClassifier(n_estimators=2, n_jobs=1, verbosity=-1)):
    print(model.fit(X, y).predict_proba(X)[y == 1, 1].mean() > y.mean())
"""

BENCHMARK = """
import sys
from focalboost.cli import main
sys.exit(main(["benchmark", "--transactions", "2000", "--prevalence", "0.03", "--folds", "2", "--rounds", "2", "--jobs",
               "1", "--methods", "cross_entropy,focal_gamma_1", "--boosters", "xgboost", "--output", sys.argv[1]]))
"""


def test_estimators_train(child, site, nowhere, tmp_path):
    lines = child(BEGINNING + FIT, PYTHONPATH=site, NUMBA_DISABLE_JIT=1, **nowhere).splitlines()
    # LightGBM before 4.5 prints information whatever its verbosity.
    assert [line for line in lines if not line.startswith("[LightGBM]")] == ["True", "True"]
    assert (tmp_path / "file").read_bytes() == b""


def test_the_benchmark_writes_its_report_with_figures(child, site, nowhere, tmp_path):
    child(BEGINNING + BENCHMARK, tmp_path / "results", PYTHONPATH=site, NUMBA_DISABLE_JIT=1, **nowhere)
    assert "<svg" in (tmp_path / "results" / "report.html").read_text(encoding="utf8")
    assert (tmp_path / "file").read_bytes() == b""

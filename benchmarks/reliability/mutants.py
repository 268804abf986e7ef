"""Whether the tests of the losses notice faults: each is planted in a copy of the package, and some test must fail.

    python benchmarks/reliability/mutants.py

Runs `test_properties.py` and `test_layouts.py` of `tests/losses` without compilation, first on the package as it is,
which must pass. Prints a line for each fault; the exit status is 1 if one was not noticed, or could not be planted.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PROPERTIES, LAYOUTS, DERIVATIVES = "test_properties.py", "test_layouts.py", "test_derivatives.py"
LIMIT = 300


class Fault(NamedTuple):
    """A fault, and the tests of which one must fail."""

    name: str
    file: str
    text: str
    planted: str
    tests: str
    chosen: str = ""


FAULTS = [
    Fault("the focusing term has the other sign", "kernels/focal.py", "(q + focus)", "(q - focus)", PROPERTIES),
    Fault("gamma is left out of the focusing term", "kernels/focal.py", "gamma * p * nll", "p * nll", PROPERTIES),
    Fault("gamma = 2 does not square", "kernels/focal.py", "return q * q if", "return q if", PROPERTIES, "continuous"),
    Fault(
        "curvature has no floor",
        "kernels/focal.py",
        "return max(curvature, constant(CURVATURE_FLOOR, curvature))",
        "return curvature",
        PROPERTIES,
        "right_sign",
    ),
    Fault("no absolute value", "kernels/focal.py", "abs(positive - negative)", "-(positive - negative)", DERIVATIVES),
    Fault(
        "scores are clipped at 16",
        "kernels/focal.py",
        "size = min(abs(u), constant(LARGEST_SCORE, u))",
        "size = min(abs(u), constant(16.0, u))",
        PROPERTIES,
    ),
    Fault(
        "softmax forgets the weights",
        "kernels/multiclass_block.py",
        "row_weight[i] *= value",
        "row_weight[i] *= 1",
        PROPERTIES,
        "multiply",
    ),
    Fault(
        "the gradient forgets the weights",
        "kernels/binary.py",
        "gradient[i] = row_weight * (",
        "gradient[i] = (",
        PROPERTIES,
        "multiply",
    ),
    Fault(
        "an infinite loss of no weight is NaN",
        "kernels/binary.py",
        "value if row_weight > scalar(0) else scalar(0)",
        "value",
        PROPERTIES,
        "without_weight or multiply",
    ),
    Fault(
        "weights have no limit",
        "kernels/limits.py",
        "LARGEST_WEIGHT = 1e18",
        "LARGEST_WEIGHT = 1e300",
        PROPERTIES,
        "named",
    ),
    Fault(
        "the complement of the likeliest class is lost",
        "kernels/multiclass.py",
        "(left if is_winner else total - value) / total",
        "(left - left if is_winner else total - value) / total",
        PROPERTIES,
    ),
    Fault(
        "the posterior adds the weights of the classes",
        "losses/posterior.py",
        "np.log(class_weight[0]) - np.log(class_weight[1])",
        "np.log(class_weight[1]) - np.log(class_weight[0])",
        PROPERTIES,
        "flip or two_classes or intercept",
    ),
    Fault("scale is left out", "losses/focal.py", "self.scale * weight for", "1.0 * weight for", PROPERTIES, "scale"),
    Fault(
        "Fortran order is read as C",
        "losses/binary.py",
        '= "C" if raw.flags.c_contiguous else "F"',
        '= "C"',
        LAYOUTS,
        "layout",
    ),
    Fault("labels stay in C order", "losses/binary.py", "(labels, order=order)", "(labels).reshape(-1)", LAYOUTS),
    Fault("weights are in C order", "losses/binary.py", ".ravel(order)\n", '.ravel("C")\n', LAYOUTS, "layout"),
    Fault(
        "the last row is left out",
        "kernels/chunks.py",
        "min(start + CHUNK_ROWS, n_rows)",
        "min(start + CHUNK_ROWS, n_rows - 1)",
        LAYOUTS,
        "threads or one_row",
    ),
    Fault(
        "one row is no chunk",
        "kernels/chunks.py",
        "for start in range(0, n_rows, CHUNK_ROWS)",
        "for start in range(0, n_rows - 1, CHUNK_ROWS)",
        LAYOUTS,
        "no_row or one_row",
    ),
    Fault(
        "float16 labels are lost", "losses/arrays.py", "labels = _as_float64(labels)", "labels = 0 * labels", LAYOUTS
    ),
]


def notices(fault: Fault | None, tests: str, folder: Path) -> bool:
    """Plant a fault in a copy of the package, and say whether a test fails."""
    shutil.copytree(ROOT / "focalboost", folder / "focalboost", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests" / "losses", folder / "tests" / "losses")
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "tests" / "conftest.py")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--import-mode=importlib"]
    command += ["-W", "ignore::RuntimeWarning", f"--rootdir={folder}", str(folder / "tests" / "losses" / tests)]
    if fault is not None:
        source = folder / "focalboost" / fault.file
        text = source.read_text(encoding="utf8")
        if fault.text not in text:
            raise ValueError(f"{fault.file} has no {fault.text!r} any more")
        source.write_text(text.replace(fault.text, fault.planted), encoding="utf8")
        command += ["-k", fault.chosen] if fault.chosen else []
    environment = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT / 'benchmarks'}", "NUMBA_DISABLE_JIT": "1"}
    try:
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return False
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout.decode() + done.stderr.decode())
    return done.returncode == 1


def main() -> int:
    """Plant the faults one after the other."""
    missed = 0
    for tests in (PROPERTIES, LAYOUTS, DERIVATIVES):
        with tempfile.TemporaryDirectory() as folder:
            if notices(None, tests, Path(folder)):
                sys.exit(f"{tests} fails without a fault")
    for fault in FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            noticed = notices(fault, fault.tests, Path(folder))
        missed += not noticed
        print(f"{'noticed' if noticed else 'MISSED'}: {fault.name}", flush=True)
    print(f"{len(FAULTS) - missed} of {len(FAULTS)} faults noticed")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())

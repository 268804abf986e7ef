"""What ``startup.py`` runs in a process that has imported nothing yet."""

from time import perf_counter


def seconds() -> dict[str, float]:
    """Return the seconds that NumPy's import, focalboost's after it, and the first gradient take."""
    started = perf_counter()
    import numpy as np

    numpy = perf_counter()
    import focalboost

    imported = perf_counter()
    labels, scores = np.zeros((2, 100), np.float32)
    focalboost.BinaryFocalLoss(2.0).gradient_hessian(labels, scores)
    return {"numpy": numpy - started, "import": imported - numpy, "first": perf_counter() - imported}

"""CatBoost's own Focal; its derivatives, which it does not show, are from the leaves of one-round models.

A leaf of one row is minus the gradient by its method Gradient, and minus the gradient over the second-order term by
Newton. The row's score is the baseline.
"""

from functools import partial

import numpy as np
from calling import ALPHA, GAMMA, Derivatives, Package, made
from ways import estimator


def _loss(alpha: float) -> str:
    return f"Focal:focal_alpha={alpha:g};focal_gamma={GAMMA:g}"


def _derivatives(alpha: float) -> Derivatives:
    def of_rows(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        points, place = np.unique(scores, axis=0, return_inverse=True)
        row = place.reshape(-1), labels
        gradient = -np.array([_leaves(alpha, point, "Gradient") for point in points])[row]
        return gradient, -gradient / np.array([_leaves(alpha, point, "Newton") for point in points])[row]

    return of_rows


def _leaves(alpha: float, point: np.ndarray, method: str) -> np.ndarray:
    X = np.array([[0.0], [1.0]])
    model = made(
        "catboost:CatBoost",
        {
            "loss_function": _loss(alpha),
            "iterations": 1,
            "depth": 1,
            "learning_rate": 1.0,
            "l2_leaf_reg": 0.0,
            "leaf_estimation_method": method,
            "leaf_estimation_iterations": 1,
            "boost_from_average": False,
            "bootstrap_type": "No",
            "random_strength": 0.0,
            "thread_count": 1,
            "verbose": False,
            "allow_writing_files": False,
        },
    )
    model.fit(made("catboost:Pool", X, [0, 1], baseline=np.tile(point.astype(float), (2, 1)).reshape(2, -1)))
    return model.predict(X, prediction_type="RawFormulaVal")


_classifier = partial(made, "catboost:CatBoostClassifier", loss_function=_loss(0.5))
CATBOOST = Package(
    name="catboost",
    objective=_classifier,
    derivatives=_derivatives(0.5),
    weighted=_derivatives(ALPHA),
    ways=(estimator("catboost", f"CatBoostClassifier(loss_function='{_loss(0.5)}')", _classifier),),
    alike=0.5,
)

"""One fold of the question whether focal loss should be scaled to cross-entropy, at the parents' default parameters.

100 rounds at the library's own defaults (XGBoost: learning rate 0.3, depth 6, least curvature in a leaf 1, L2 penalty
1; LightGBM: 0.1, 31 leaves, 1e-3, none), and for LightGBM also with XGBoost's least curvature and penalty. A fifth of
the training part, which no tree sees, decides when to stop early. "shift" moves the log-odds until their mean
probability over the rows that the trees have seen is the prevalence.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from calibrators import shift
from measures import log_odds, measure
from sklearn.model_selection import train_test_split
from training import BOOSTERS, Part

from focalboost import BinaryFocalLoss
from focalboost.evaluation.metrics import log_loss

ROUNDS = 100
GAMMAS = (0.5, 1.0, 2.0, 3.0)
SETTINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("xgboost", "defaults"): {},
    ("lightgbm", "defaults"): {},
    ("lightgbm", "penalty 1, least curvature 1"): {"lambda_l2": 1.0, "min_sum_hessian_in_leaf": 1.0},
}


def one_fold(train: Part, test: Part, fold: int) -> Iterator[dict[str, Any]]:
    """Yield a row for each booster, setting, loss, way to stop, and with the shift and without.

    Parameters
    ----------
    train, test : (Matrix, ndarray)
        Features and labels of the fold.
    fold : int
        Its number, the seed of the split of the training part.

    Yields
    ------
    dict
        The configuration and the measures on the test part.
    """
    (x, y), (x_test, y_test) = train, test
    kept, stopping = train_test_split(np.arange(len(y)), test_size=0.2, stratify=y, random_state=fold)
    fit_part, stop_part = (x.rows(kept), y[kept]), (x.rows(stopping), y[stopping])
    constant = log_loss(y_test, np.full(len(y_test), fit_part[1].mean()))
    losses = [(0.0, False), *product(GAMMAS, (False, True))]
    for ((booster, setting), params), (gamma, scaled) in product(SETTINGS.items(), losses):
        loss = BinaryFocalLoss(gamma).scaled_to(fit_part[1]) if scaled else BinaryFocalLoss(gamma)
        scores, best = BOOSTERS[booster](loss if gamma else None, fit_part, ROUNDS, params, stop_part)
        for stop, rounds in (("fixed", ROUNDS), ("early", best)):
            raw = scores(x_test, rounds)
            new, seen = log_odds(loss, raw), log_odds(loss, scores(fit_part[0], rounds))
            shifted = shift(seen, fit_part[1], new)
            key = {
                "booster": booster,
                "setting": setting,
                "gamma": gamma,
                "scaled": scaled,
                "stopping": stop,
                "rounds_kept": rounds,
                "constant_log_loss": constant,
                "largest_score": float(np.abs(raw).max()),
            }
            yield key | {"calibrator": "none"} | measure(y_test, new)
            yield key | {"calibrator": "shift"} | measure(y_test, new, shifted)

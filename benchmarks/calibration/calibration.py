"""One fold of the question how well calibrated the recovered posterior is, by rounds and gamma.

Learning rate 0.1, L2 penalty 1 and least curvature in a leaf 1 in both libraries, the other parameters at the library's
defaults; focal loss truncated and scaled. One fit of 400 rounds is read at each number of rounds.

Data. "all": the model gets the whole training part. "3/4": it gets three quarters, and a calibrator the last. "all, out
of fold": it gets the whole, and a calibrator the scores that four models, each trained on three quarters, give to
the quarter they have not seen. "all, training scores": a calibrator gets the scores of the model's own training rows.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from calibrators import CALIBRATORS, ON_TRAINING_SCORES
from measures import log_odds, measure
from sklearn.model_selection import StratifiedKFold
from training import BOOSTERS, Part, Scores

from focalboost import BinaryFocalLoss

ROUNDS = (10, 25, 50, 100, 200, 400)
CALIBRATED_ROUNDS = (25, 100, 400)
GAMMAS = (0.5, 1.0, 2.0, 3.0)
CALIBRATED_GAMMAS = (0.0, 1.0, 2.0)
PARAMS = {
    "xgboost": {"eta": 0.1},
    "lightgbm": {"learning_rate": 0.1, "lambda_l2": 1.0, "min_sum_hessian_in_leaf": 1.0},
}
Row = dict[str, Any]


def one_fold(train: Part, test: Part, fold: int) -> Iterator[Row]:
    """Yield a row for each booster, model, number of rounds, data and calibrator.

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
    quarters = list(StratifiedKFold(4, shuffle=True, random_state=fold).split(train[1], train[1]))
    for booster in BOOSTERS:
        for row in class_weighted(booster, train, test):
            yield {"booster": booster, "model": "class-weighted", "gamma": 0.0} | row
        for gamma in (0.0, *GAMMAS):
            scores, loss = fitted(booster, gamma, train)
            rows = [*plain(scores, loss, test), *on_training_scores(scores, loss, train, test)]
            if gamma in CALIBRATED_GAMMAS:
                rows += calibrated(booster, gamma, scores, loss, train, test, quarters)
            for row in rows:
                yield {"booster": booster, "model": "focal" if gamma else "cross-entropy", "gamma": gamma} | row


def fitted(booster: str, gamma: float, train: Part) -> tuple[Scores, BinaryFocalLoss]:
    """Train one model; gamma 0 is the library's own cross-entropy."""
    loss = BinaryFocalLoss(gamma).scaled_to(train[1])
    return BOOSTERS[booster](loss if gamma else None, train, ROUNDS[-1], PARAMS[booster])[0], loss


def plain(scores: Scores, loss: BinaryFocalLoss, test: Part, data: str = "all") -> Iterator[Row]:
    """Measure the posterior, and of focal loss the sigmoid of the raw score too."""
    for rounds in ROUNDS:
        raw = scores(test[0], rounds)
        key = {"data": data, "rounds": rounds}
        yield key | {"calibrator": "none"} | measure(test[1], log_odds(loss, raw))
        if loss.gamma:
            yield key | {"calibrator": "raw sigmoid"} | measure(test[1], raw)


def class_weighted(booster: str, train: Part, test: Part) -> Iterator[Row]:
    """Measure cross-entropy with balanced weights, as it comes and with the weights undone."""
    loss = BinaryFocalLoss(0.0, class_weight="balanced").resolve_class_weight(train[1])
    weight = np.asarray(loss.class_weight)[train[1]]
    scores, _ = BOOSTERS[booster](None, train, ROUNDS[-1], PARAMS[booster], weight=weight)
    for rounds in ROUNDS:
        raw = scores(test[0], rounds)
        key = {"data": "all", "rounds": rounds}
        yield key | {"calibrator": "raw sigmoid"} | measure(test[1], raw)
        yield key | {"calibrator": "none"} | measure(test[1], log_odds(loss, raw))


def on_training_scores(scores: Scores, loss: BinaryFocalLoss, train: Part, test: Part) -> Iterator[Row]:
    """Measure the cheap mends that need neither a second model nor held-out rows."""
    for rounds in ROUNDS:
        seen, new = (log_odds(loss, scores(part[0], rounds)) for part in (train, test))
        for name, calibrate in ON_TRAINING_SCORES.items():
            key = {"data": "all, training scores", "rounds": rounds, "calibrator": name}
            yield key | measure(test[1], new, calibrate(seen, train[1], new))


def calibrated(
    booster: str, gamma: float, scores: Scores, loss: BinaryFocalLoss, train: Part, test: Part, quarters: list[Any]
) -> Iterator[Row]:
    """Measure the calibrators on a held-out quarter and on out-of-fold scores."""
    x, y = train
    inner = [(held, *fitted(booster, gamma, (x.rows(kept), y[kept]))) for kept, held in quarters]
    _, inner_scores, inner_loss = inner[0]
    yield from plain(inner_scores, inner_loss, test, "3/4")
    for rounds in CALIBRATED_ROUNDS:
        out_of_fold = np.empty(len(y))
        for held, of_part, loss_of_part in inner:
            out_of_fold[held] = log_odds(loss_of_part, of_part(x.rows(held), rounds))
        held = inner[0][0]
        cases = {
            "3/4": (out_of_fold[held], y[held], log_odds(inner_loss, inner_scores(test[0], rounds))),
            "all, out of fold": (out_of_fold, y, log_odds(loss, scores(test[0], rounds))),
        }
        for data, (known, labels, new) in cases.items():
            for name, calibrate in CALIBRATORS.items():
                key = {"data": data, "rounds": rounds, "calibrator": name}
                yield key | measure(test[1], new, calibrate(known, labels, new))

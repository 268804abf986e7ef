import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focalboost import BinaryFocalLoss
from focalboost.benchmark.gradients import gradient_shares
from focalboost.evaluation.row_groups import GROUPS

ROWS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(-150, 150).map(lambda tenths: tenths / 10)), min_size=1, max_size=40
)


@given(ROWS, st.sampled_from([0.0, 1.0, 2.5]), st.sampled_from([None, {0: 0.6, 1: 7.0}]))
def test_shares_are_those_of_the_formula_s_gradients(rows, gamma, class_weight):
    target, scores = np.array([row[0] for row in rows], dtype=np.int8), np.array([row[1] for row in rows])
    shares = gradient_shares("focal", BinaryFocalLoss(gamma=gamma, class_weight=class_weight), target, scores)
    p = 1 / (1 + np.exp(-np.where(target == 1, scores, -scores)))
    weight = np.where(target == 1, *((1.0, 1.0) if class_weight is None else (7.0, 0.6)))
    size = weight * (1 - p) ** gamma * ((1 - p) - gamma * p * np.log(p))
    majority = int(2 * target.sum() > len(target))
    expected = {
        f"{ease} {group}": size[((target == majority) == most) & ((p < 0.5) == hard)].sum() / size.sum()
        for most, group in ((True, "majority"), (False, "minority"))
        for hard, ease in enumerate(("easy", "hard"))
    }
    assert tuple(shares) == GROUPS == tuple(expected)
    assert sum(shares.values()) == pytest.approx(1.0)
    for name, share in shares.items():
        assert share == pytest.approx(expected[name], rel=1e-6, abs=1e-12)


def test_focal_loss_takes_the_gradient_from_the_easy_rows():
    rng = np.random.default_rng(0)
    target = (rng.random(2000) < 0.05).astype(np.int8)
    scores = rng.normal(size=2000) - 3.0 + 2.0 * target
    easy = [gradient_shares("focal", BinaryFocalLoss(gamma=g), target, scores)["easy majority"] for g in (0, 1, 3)]
    assert easy[0] > easy[1] > easy[2]


@pytest.mark.parametrize("family", ["built_in", "peer", "undersampled", "sanity"])
def test_of_another_loss_than_the_link_s_there_is_nothing_to_say(family):
    assert gradient_shares(family, BinaryFocalLoss(gamma=0.0), np.array([0, 1], dtype=np.int8), np.zeros(2)) == {}

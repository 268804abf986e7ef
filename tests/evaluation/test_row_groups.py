import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focalboost.evaluation.row_groups import GROUPS, easy_or_hard, group_shares

SCORES = st.lists(
    st.lists(st.integers(-300, 300).map(lambda t: t / 10), min_size=3, max_size=3), min_size=1, max_size=30
)


@given(SCORES, st.randoms(use_true_random=False))
def test_hard_rows_have_less_than_half_for_their_class(scores, random):
    raw = np.array(scores)
    label = np.array([random.randrange(3) for _ in scores])
    power = np.exp(raw - raw.max(axis=1, keepdims=True))
    p = (power / power.sum(axis=1, keepdims=True))[np.arange(len(raw)), label]
    majority = np.bincount(label).argmax()
    for place, row in zip(easy_or_hard(label, raw), range(len(raw)), strict=True):
        ease, group = GROUPS[place].split()
        assert group == ("majority" if label[row] == majority else "minority")
        if abs(p[row] - 0.5) > 1e-9:
            assert ease == ("hard" if p[row] < 0.5 else "easy")


@given(SCORES)
def test_two_classes_are_grouped_as_by_softmax(scores):
    raw = np.array(scores)[:, 0]
    label = (np.arange(len(raw)) % 3 == 0).astype(float)
    two = np.column_stack([np.zeros(len(raw)), raw])
    np.testing.assert_array_equal(easy_or_hard(label, raw), easy_or_hard(label, two))


def test_shares_of_nothing_are_none():
    assert group_shares(np.zeros(3), np.array([0, 1, 1]), 3) == [0.0, 0.0, 0.0]
    assert group_shares(np.ones(4), np.array([0, 2, 2, 2]), 3) == pytest.approx([0.25, 0.0, 0.75])

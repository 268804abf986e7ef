import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focalboost.datasets.simulator.history import History

payments = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3), st.integers(-5, 5)), min_size=1, max_size=30).map(
    sorted
)


@given(payments, st.integers(1, 40), st.integers(0, 20))
def test_window_totals_are_those_of_a_loop(rows, window, delay):
    seconds, entity, values = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    total = History(entity, seconds).total(values, window, delay)
    for i in range(len(rows)):
        past = [
            values[j]
            for j in range(i if delay == 0 else len(rows))
            if entity[j] == entity[i] and seconds[i] - delay - window < seconds[j] <= seconds[i] - delay
        ]
        assert total[i] == sum(past)


@given(payments)
def test_first_last_marked_and_earlier_rows_are_those_of_a_loop(rows):
    seconds, entity, values = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    history = History(entity, seconds)
    earlier, first, last = history.earlier_rows(), history.seconds_since_first(), history.seconds_since_last()
    last_marked = history.seconds_since_last(values > 0)
    for i in range(len(rows)):
        before = [j for j in range(i) if entity[j] == entity[i]]
        marked = [j for j in before if values[j] > 0]
        assert earlier[i] == len(before)
        expected = [
            seconds[i] - seconds[rows[k]] if rows else np.nan for rows, k in ((before, 0), (before, -1), (marked, -1))
        ]
        assert [first[i], last[i], last_marked[i]] == pytest.approx(expected, nan_ok=True)

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalboost.datasets.history import History

payments = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3), st.integers(-5, 5)), min_size=1, max_size=30).map(
    sorted
)


@settings(deadline=None)
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


@settings(deadline=None)
@given(payments)
def test_last_and_earlier_rows_are_those_of_a_loop(rows):
    seconds, entity, _ = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    history = History(entity, seconds)
    for i, (since, earlier) in enumerate(zip(history.seconds_since_last(), history.earlier_rows(), strict=True)):
        before = [seconds[j] for j in range(i) if entity[j] == entity[i]]
        assert earlier == len(before)
        assert since == pytest.approx(seconds[i] - before[-1] if before else np.nan, nan_ok=True)

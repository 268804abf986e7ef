"""Rows made in chunks, so that no more than one chunk ever exists as floating-point numbers."""

from collections.abc import Iterator
from typing import Any

import numpy as np

FEATURES = 20
CHUNK_ROWS = 250_000
"""Rows of a chunk: 20 MB of float32."""


def chunk(index: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return features and labels of one chunk, about 1.5 % positives; the same for the same index and rows."""
    rng = np.random.default_rng([0, index])
    X = rng.random((rows, FEATURES), dtype=np.float32)
    logit = 4 * X[:, 0] + 3 * X[:, 1] + 6 * X[:, 2] * X[:, 3] - 10
    return X, (rng.random(rows, dtype=np.float32) < 1 / (1 + np.exp(-logit))).astype(np.float32)


def chunk_rows(rows: int) -> list[int]:
    """Return the numbers of rows of the chunks that make up ``rows``."""
    whole, rest = divmod(rows, CHUNK_ROWS)
    return [CHUNK_ROWS] * whole + [rest] * (rest > 0)


def chunks(rows: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield all chunks, one after the other."""
    for index, count in enumerate(chunk_rows(rows)):
        yield chunk(index, count)


def labels(rows: int) -> np.ndarray:
    """Return all labels, whose features are made and forgotten."""
    return np.concatenate([y for _, y in chunks(rows)])


def table(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return all rows at once, the labels as integers."""
    X, y = np.empty((rows, FEATURES), np.float32), np.empty(rows, np.int64)
    start = 0
    for features, targets in chunks(rows):
        stop = start + targets.size
        X[start:stop], y[start:stop] = features, targets
        start = stop
    return X, y


def data_iter(rows: int, cache_prefix: str | None = None) -> Any:
    """Return XGBoost's iterator over the chunks; ``totals`` counts the classes while they are read first."""
    import xgboost as xgb

    class Chunks(xgb.DataIter):
        def __init__(self) -> None:
            self.totals = np.zeros(2)
            self._first_pass = True
            super().__init__(cache_prefix=cache_prefix)
            self.reset()

        def next(self, input_data: Any) -> bool:
            found = next(self._chunks, None)
            if found is None:
                self._first_pass = False
                return False
            if self._first_pass:
                self.totals += np.bincount(found[1].astype(np.int8), minlength=2)
            input_data(data=found[0], label=found[1])
            return True

        def reset(self) -> None:
            self._chunks = chunks(rows)

    return Chunks()


def sequence(rows: int) -> Any:
    """Return LightGBM's sequence over the chunks; it keeps the latest, for rows are asked for in order."""
    import lightgbm as lgb

    class Chunks(lgb.Sequence):
        batch_size = CHUNK_ROWS

        def __init__(self) -> None:
            self._index, self._features = -1, np.empty(0)

        def __len__(self) -> int:
            return rows

        def __getitem__(self, position: Any) -> np.ndarray:
            first = position.start if isinstance(position, slice) else int(position)
            index, offset = divmod(first, CHUNK_ROWS)
            if index != self._index:
                self._index, self._features = index, chunk(index, chunk_rows(rows)[index])[0]
            if isinstance(position, slice):
                return self._features[offset : offset + position.stop - position.start]
            return self._features[offset].astype(np.float64)  # the type that LightGBM wants of single rows

    return Chunks()

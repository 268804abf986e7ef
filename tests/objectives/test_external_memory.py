"""XGBoost reads batches from disk, keeps bins alone or not even these in memory, and the loss trains the same model."""

import numpy as np
import pytest
import xgboost as xgb

from focalboost import BinaryFocalLoss, MulticlassFocalLoss

BATCHES = 4
# Integers, fewer than bins, so that the bins do not depend on how the rows are cut into batches.
VALUES = 30


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = rng.integers(0, VALUES, size=(3000, 4)).astype(np.float32)
    score = X[:, 0] + X[:, 1] + 10 * rng.normal(size=3000)
    y = (score > 45).astype(np.int8)
    return X, y, y + (score > 55), rng.uniform(0.5, 2, 3000)


@pytest.fixture
def saved(tmp_path):
    def save(X, y, weight):
        for i, rows in enumerate(np.array_split(np.arange(len(y)), BATCHES)):
            np.savez(tmp_path / f"{i}.npz", X=X[rows], y=y[rows], weight=weight[rows])
        return tmp_path

    return save


class Batches(xgb.DataIter):
    """Batches from files, one in memory at a time."""

    def __init__(self, folder, cache_prefix=None):
        self.files = sorted(folder.glob("*.npz"))
        self.position = 0
        super().__init__(cache_prefix=cache_prefix)

    def next(self, input_data):
        if self.position == len(self.files):
            return False
        batch = np.load(self.files[self.position])
        input_data(data=batch["X"], label=batch["y"], weight=batch["weight"])
        self.position += 1
        return True

    def reset(self):
        self.position = 0


def external_memory(folder):
    if not hasattr(xgb, "ExtMemQuantileDMatrix"):
        pytest.skip("XGBoost has ExtMemQuantileDMatrix from 3.0 on")
    return xgb.ExtMemQuantileDMatrix(Batches(folder, cache_prefix=str(folder / "cache")))


def bins_in_memory(folder):
    return xgb.QuantileDMatrix(Batches(folder))


@pytest.mark.parametrize("matrix", [external_memory, bins_in_memory])
@pytest.mark.parametrize("classes", [2, 3])
def test_batches_train_as_memory_does(data, saved, matrix, classes):
    X, two, three, weight = data
    y, loss = (two, BinaryFocalLoss(2.0)) if classes == 2 else (three, MulticlassFocalLoss(3, 2.0))
    loss = loss.scaled_to(y, weight)
    params = {"max_depth": 4, "tree_method": "hist", "nthread": 1} | loss.xgboost_params(y, weight)
    ours = xgb.train(params, matrix(saved(X, y, weight)), 20, obj=loss)
    twin = xgb.train(params, xgb.QuantileDMatrix(X, y, weight=weight), 20, obj=loss)
    rows = xgb.DMatrix(X)
    # Gradients are summed batch by batch: float32 scores differ in the last bits.
    np.testing.assert_allclose(
        ours.predict(rows, output_margin=True), twin.predict(rows, output_margin=True), atol=1e-4
    )


def test_labels_that_do_not_fit_in_memory_are_counted(data):
    """The start and the scale depend on the classes' total weights alone, which add up over batches."""
    _, y, _, weight = data
    totals = sum(np.bincount(y[rows], weight[rows], 2) for rows in np.array_split(np.arange(len(y)), BATCHES))
    loss = BinaryFocalLoss(2.0)
    assert loss.scaled_to([0, 1], totals).scale == pytest.approx(loss.scaled_to(y, weight).scale, rel=1e-12)
    ours, expected = loss.xgboost_params([0, 1], totals), loss.xgboost_params(y, weight)
    assert ours["base_score"] == pytest.approx(expected["base_score"], rel=1e-12)

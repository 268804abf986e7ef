"""Output arrays are used again between rounds, and never while anyone holds them."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from focalboost import BinaryFocalLoss, MulticlassFocalLoss
from focalboost.objectives.outputs import round_outputs


class DataSet:
    """Labels as a booster hands them over."""

    def __init__(self, labels):
        self.labels = labels

    def num_row(self):
        return len(self.labels)

    def get_label(self):
        return self.labels

    def get_weight(self):
        return np.empty(0, np.float32)


@pytest.fixture
def data():
    return DataSet((np.arange(1000) % 10 == 0).astype(np.float32))


@pytest.fixture
def scores(data):
    return np.random.default_rng(0).normal(size=len(data.labels)).astype(np.float32)


def addresses(arrays):
    return [array.ctypes.data for array in arrays]


def test_rounds_of_a_training_share_their_arrays(data, scores):
    loss = BinaryFocalLoss()
    first = addresses(loss(scores, data))
    assert addresses(loss(scores, data)) == first


@pytest.mark.parametrize("hold", [lambda a: a, lambda a: a[::2], lambda a: a.reshape(10, -1).T, memoryview])
@pytest.mark.parametrize("which", [0, 1])
def test_what_a_caller_holds_is_not_written_to(data, scores, hold, which):
    loss = BinaryFocalLoss()
    held = hold(loss(scores, data)[which])
    before = np.array(held)
    loss(-scores, data)
    loss(2 * scores, data)
    np.testing.assert_array_equal(np.array(held), before)


def test_another_shape_or_order_gets_arrays_of_its_own():
    training = DataSet(None)
    for raw in (np.zeros(6), np.zeros((3, 2)), np.zeros((3, 2), order="F"), np.zeros((2, 3), order="F"), np.zeros(6)):
        for array in round_outputs(training, raw):
            assert (array.shape, array.dtype) == (raw.shape, np.float32)
            assert array.flags.f_contiguous == raw.flags.f_contiguous
            array[...] = 1.0


def test_the_arrays_go_with_the_data_set(scores):
    data = DataSet(np.zeros(len(scores), np.float32))
    gradient = weakref.ref(BinaryFocalLoss().__call__(scores, data)[0])
    assert gradient() is not None
    del data
    gc.collect()
    assert gradient() is None


def test_threads_on_one_data_set_get_arrays_of_their_own(data, scores):
    threads, loss = 4, BinaryFocalLoss(gamma=1.5)
    barrier = Barrier(threads)

    def rounds(sign):
        expected = loss.gradient_hessian(data.labels, sign * scores)
        for _ in range(200):
            barrier.wait()
            found = loss(np.float32(sign) * scores, data)
            barrier.wait()  # all have computed before one of them looks
            for ours, theirs in zip(found, expected, strict=True):
                np.testing.assert_array_equal(ours, theirs)
            del found, ours
        return True

    with ThreadPoolExecutor(threads) as pool:
        assert all(pool.map(rounds, [1.0, -1.0, 0.5, -0.5]))


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_models_are_those_of_new_arrays_in_every_round(library, n_classes):
    booster = pytest.importorskip(library)
    rng = np.random.default_rng(1)
    x = rng.normal(size=(600, 4)).astype(np.float32)
    y = np.digitize(x[:, 0] + rng.normal(size=600), [0.5, 1.5][: n_classes - 1])
    loss = BinaryFocalLoss() if n_classes == 2 else MulticlassFocalLoss(3)
    held = []

    def with_new_arrays(scores, data):
        held.append(loss(scores, data))
        return held[-1]

    def model(objective):
        if library == "xgboost":
            params = {"max_depth": 3, "nthread": 1, **loss.xgboost_params(y)}
            rows = booster.DMatrix(x, y, base_margin=loss.init_score(y) if n_classes == 3 else None)
            return booster.train(params, rows, 10, obj=objective).save_raw("json")
        params = {**loss.lightgbm_params(), "objective": objective, "verbosity": -1, "num_threads": 1}
        rows = booster.Dataset(x, y, init_score=loss.init_score(y))
        return booster.train(params, rows, 10).model_to_string()

    assert model(loss) == model(with_new_arrays)
    assert len(held) == 10
    assert len({id(gradient) for gradient, _ in held}) == 10

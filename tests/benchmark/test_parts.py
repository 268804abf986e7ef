import numpy as np

from focalboost.benchmark.parts import parts
from focalboost.datasets.simulator import simulate_card_fraud


def test_each_part_has_the_rows_of_its_fold_and_their_places_in_the_source(task, data):
    order = np.random.default_rng(1).permutation(len(data.target))
    found = list(parts(task(load=lambda: data.rows(order))))
    assert [part.fold for part in found] == [0, 1, 2]
    assert sorted(np.concatenate([part.test_rows for part in found])) == list(range(len(data.target)))
    for part in found:
        assert len(part.train_target) + len(part.test_target) == len(data.target)
        np.testing.assert_array_equal(part.test_target, data.target[part.test_rows])
        np.testing.assert_array_equal(part.test.values[:, 0], data.features["x"].to_numpy(np.float32)[part.test_rows])


def test_the_simulation_numbers_its_rows_from_0():
    assert list(simulate_card_fraud(1000, prevalence=0.05).features.index) == list(range(1000))

"""What every library of the comparison must do."""

import numpy as np
import pytest

from focalboost import BinaryFocalLoss
from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.boosters.booster import Training
from focalboost.benchmark.matrix import Matrix
from focalboost.benchmark.settings import Trees

TREES = Trees(rounds=12, max_depth=4, num_leaves=12, learning_rate=0.3, subsample=0.8, colsample=0.7, seed=3, threads=1)


@pytest.fixture(params=BOOSTERS)
def booster(request):
    if request.param == "catboost":
        pytest.importorskip("catboost")
    return BOOSTERS[request.param]


@pytest.fixture(params=[name for name, booster in BOOSTERS.items() if booster.custom_loss])
def booster_of_losses(request):
    return BOOSTERS[request.param]


def trained(booster, sample, training=None, trees=TREES):
    return booster.train(sample.features, sample.target, training or Training(), trees)


def test_a_library_is_found_by_its_name_and_knows_its_version(booster):
    assert BOOSTERS[booster.name] is booster
    assert booster.version()[0].isdigit()


def test_the_scores_after_some_rounds_do_not_depend_on_which_stops_were_made_before(booster, sample):
    model, test = trained(booster, sample()), sample(seed=1).features
    every = list(model.staged_scores(test, range(1, 13)))
    assert [scores.shape for scores in every] == [(600,)] * 12
    assert all(scores.dtype == np.float64 for scores in every)
    for stops in [(12,), (1, 12), (2, 5, 11)]:
        for stop, scores in zip(stops, model.staged_scores(test, stops), strict=True):
            np.testing.assert_allclose(scores, every[stop - 1], rtol=1e-5, atol=1e-5)


def test_the_same_seed_gives_the_same_trees_and_another_one_others(booster, sample):
    def scores(trees):
        return next(trained(booster, sample(), trees=trees).staged_scores(sample().features, (12,)))

    np.testing.assert_array_equal(scores(TREES), scores(TREES))
    assert not np.allclose(scores(TREES), scores(Trees(**{**vars(TREES), "seed": 4})))


def test_a_row_of_weight_two_counts_as_two_rows(booster, sample):
    some = sample()
    # One round of next to no learning: what is left is the start.
    trees = Trees(rounds=1, learning_rate=1e-6, threads=1)
    weight = np.where(some.target == 1, 2.0, 1.0)
    start = next(trained(booster, some, Training(sample_weight=weight), trees).staged_scores(some.features, (1,)))
    share = weight @ some.target / weight.sum()
    np.testing.assert_allclose(start, np.log(share / (1 - share)), rtol=1e-4)


def test_categories_that_training_lacks_break_nothing(booster):
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 4, 400)
    target = (codes == 2).astype(np.int8)
    train = Matrix(np.column_stack([codes, rng.random(400)]).astype(np.float32), (0,), ("code", "x"))
    test = Matrix(np.array([[2, 0.5], [1, 0.5], [9, 0.5], [np.nan, 0.5]], dtype=np.float32), (0,), ("code", "x"))
    model = booster.train(train, target, Training(), Trees(rounds=30, threads=1))
    (scores,) = model.staged_scores(test, (30,))
    assert np.isfinite(scores).all()
    assert scores[0] > 0 > scores[1]


def test_categories_are_no_numbers_to_the_trees(booster):
    # No threshold tells even codes from odd ones in two trees; sets of categories do.
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 60, 3000)
    matrix = Matrix(codes[:, None].astype(np.float32), (0,), ("code",))
    trees = Trees(rounds=2, max_depth=2, num_leaves=4, learning_rate=1.0, threads=1)
    model = booster.train(matrix, (codes % 2).astype(np.int8), Training(), trees)
    (scores,) = model.staged_scores(matrix, (2,))
    assert ((scores > 0) == (codes % 2)).mean() > 0.9


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_a_custom_loss_starts_at_its_intercept(booster_of_losses, sample, gamma):
    some = sample()
    loss = BinaryFocalLoss(gamma=gamma)
    trees = Trees(rounds=1, learning_rate=1e-9, threads=1)
    (start,) = trained(booster_of_losses, some, Training(loss=loss), trees).staged_scores(some.features, (1,))
    np.testing.assert_allclose(start, loss.fit_intercept_only(some.target), rtol=1e-5)


def test_cross_entropy_as_a_custom_loss_is_the_built_in_one(booster_of_losses, sample):
    some, test = sample(), sample(seed=1).features
    trees = Trees(rounds=5, threads=1)
    custom = trained(booster_of_losses, some, Training(loss=BinaryFocalLoss(gamma=0.0)), trees)
    (ours,) = custom.staged_scores(test, (5,))
    (built_in,) = trained(booster_of_losses, some, trees=trees).staged_scores(test, (5,))
    np.testing.assert_allclose(ours, built_in, rtol=1e-3, atol=1e-3)

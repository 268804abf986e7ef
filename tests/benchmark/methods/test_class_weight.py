import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from focalboost.benchmark.methods import METHODS
from focalboost.benchmark.methods.class_weight import ClassWeight
from focalboost.benchmark.settings import Trees

MEMBERS = [METHODS[f"class_weight_{kind}"] for kind in ("balanced", "sqrt", "effective")]
COUNTS = {"negatives": st.integers(1, 5000), "positives": st.integers(1, 500)}


def labels(negatives, positives):
    return np.repeat(np.array([0, 1], dtype=np.int8), [negatives, positives])


@given(**COUNTS, power=st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_weights_are_a_power_of_scikit_learn_s_balanced_ones(negatives, positives, power):
    target = labels(negatives, positives)
    balanced = compute_class_weight("balanced", classes=np.array([0, 1]), y=target)
    np.testing.assert_allclose(ClassWeight("x", power).weights(target), balanced**power)


@given(**COUNTS)
def test_effective_weights_are_those_of_cui_et_al(negatives, positives):
    beta = 0.9999
    number = np.array([(1 - beta**count) / (1 - beta) for count in (negatives, positives)])
    weights = ClassWeight("x").weights(labels(negatives, positives))
    assert weights[1] / weights[0] == pytest.approx(number[0] / number[1])


def test_the_methods_are_balanced_and_its_square_root():
    assert [method.power for method in MEMBERS] == [1.0, 0.5, None]


@pytest.mark.parametrize("method", MEMBERS)
def test_each_row_has_its_class_s_weight_in_the_library_s_own_loss(method, recorder, sample):
    library, fit = recorder(), sample()
    method.train(library, fit, Trees(threads=1))
    ((_, target, training, _),) = library.asked
    np.testing.assert_array_equal(training.sample_weight, method.weights(fit.target)[fit.target])
    np.testing.assert_array_equal(target, fit.target)
    assert training.loss is None
    assert training.regularised


@pytest.mark.parametrize("method", MEMBERS)
def test_the_probabilities_undo_the_weights(method, recorder, sample):
    fit = sample()
    link = method.train(recorder(), fit, Trees(threads=1)).link
    # The best constant of the weighted loss is the weighted share of positives.
    weight = method.weights(fit.target)[fit.target]
    weighted = weight @ fit.target / weight.sum()
    start = np.log(weighted / (1 - weighted))
    assert link.probabilities(np.array([start]))[0, 1] == pytest.approx(fit.target.mean())
    # So are any other odds divided by the ratio of the weights.
    scores = np.linspace(-5, 5, 20)
    odds = np.exp(scores) * weight[fit.target == 0][0] / weight[fit.target == 1][0]
    np.testing.assert_allclose(link.probabilities(scores)[:, 1], odds / (1 + odds))

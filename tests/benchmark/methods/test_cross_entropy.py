import numpy as np
import pytest

from focalboost.benchmark.methods import METHODS
from focalboost.benchmark.settings import Trees


@pytest.mark.parametrize(("name", "regularised"), [("cross_entropy", True), ("library_defaults", False)])
def test_it_is_plain_log_loss_whose_probabilities_are_the_sigmoid(name, regularised, recorder, sample):
    library, fit, trees = recorder(), sample(), Trees(rounds=3, threads=1)
    trained = METHODS[name].train(library, fit, trees)
    ((data, target, training, asked),) = library.asked
    assert (data, target, asked) == (fit.features, fit.target, trees)
    assert training.regularised is regularised
    assert training.loss is training.sample_weight is None
    assert not training.parameters
    scores = np.linspace(-9, 9, 50)
    for link in (trained.link, trained.matched_link(scores)):
        np.testing.assert_allclose(link.probabilities(scores)[:, 1], 1 / (1 + np.exp(-scores)), rtol=1e-12)

"""What every method of the comparison must do."""

import numpy as np
import pytest

from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.matrix import Matrix
from focalboost.benchmark.methods import DEFAULT_METHODS, METHODS, UNTUNED
from focalboost.benchmark.methods.peers import PEERS
from focalboost.benchmark.methods.sanity import NoTrees
from focalboost.benchmark.methods.searched import SEARCHED
from focalboost.benchmark.parts import Sample
from focalboost.benchmark.settings import Trees
from focalboost.evaluation.metrics import average_precision, log_loss

OWN = [name for name in METHODS if name not in {peer.name for peer in PEERS}]
LIBRARIES = {**BOOSTERS, "none": NoTrees()}
PAIRS = [(name, library) for name in OWN for library in LIBRARIES if METHODS[name].runs_in(LIBRARIES[library])]

FAMILIES = {family: tuple(name for name, method in METHODS.items() if method.family == family) for family in SEARCHED}


def test_methods_are_found_by_their_names():
    assert all(name == method.name for name, method in METHODS.items())
    assert len({method.description for method in METHODS.values()}) == len(METHODS)
    assert set(DEFAULT_METHODS) < set(METHODS)
    # Peers need other packages, so no one gets them unasked.
    assert not {peer.name for peer in PEERS} & set(DEFAULT_METHODS)


def test_the_families_of_which_one_member_is_chosen():
    assert FAMILIES["class_weight"] == ("class_weight_balanced", "class_weight_sqrt", "class_weight_effective")
    assert FAMILIES["focal"] == tuple(f"focal_gamma_{gamma:g}" for gamma in (0.5, 1, 2, 3, 5))
    assert set(UNTUNED) <= {method.family for method in METHODS.values()}


def test_each_library_of_trees_has_its_methods_and_no_sanity_rows():
    found = {library: {name for name, runs in PAIRS if runs == library} for library in LIBRARIES}
    assert found.pop("none") == {"constant", "single_feature"}
    for names in found.values():
        assert {"cross_entropy", "library_defaults", *FAMILIES["class_weight"], "undersampled"} <= names
    for library in ("xgboost", "lightgbm"):
        assert {*FAMILIES["focal"], "focal_auto", "scale_pos_weight"} <= found[library]
    assert not {*FAMILIES["focal"], "focal_auto"} & (found["catboost"] | found["hist_gradient_boosting"])
    assert "is_unbalance" in found["lightgbm"]
    assert {"scale_pos_weight", "auto_class_weights", "catboost_focal"} <= found["catboost"]
    assert "hist_class_weight" in found["hist_gradient_boosting"]


@pytest.mark.parametrize(("name", "library"), PAIRS)
def test_every_method_learns_in_every_library(name, library, sample):
    if library == "catboost":
        pytest.importorskip("catboost")
    fit, test = sample(1500), sample(1500, seed=1)
    trained = METHODS[name].train(LIBRARIES[library], fit, Trees(rounds=20, threads=1))
    (fit_scores,) = trained.model.staged_scores(fit.features, (20,))
    (scores,) = trained.model.staged_scores(test.features, (20,))
    probability = trained.matched_link(fit_scores).probabilities(scores)[:, 1]
    assert ((probability >= 0) & (probability <= 1)).all()
    prior = np.full(1500, fit.target.mean())
    if name != "constant":
        assert average_precision(test.target, probability) > 1.8 * test.target.mean()
    if METHODS[name].family in ("focal", "class_weight", "cross_entropy", "undersampled", "focal_auto"):
        # Probabilities that mean something: better than the prior's, and as many positives expected as there are.
        assert log_loss(test.target, probability) < 0.95 * log_loss(test.target, prior)
        assert probability.mean() == pytest.approx(test.target.mean(), rel=0.25)


@pytest.mark.parametrize("name", [name for name in OWN if METHODS[name].family not in ("sanity", "focal_auto")])
def test_raw_scores_far_out_give_probabilities_without_overflow(name, recorder):
    method = METHODS[name]
    runs = [library for library in BOOSTERS.values() if method.runs_in(library)]
    values = np.array([[-800.0], [0.0], [0.0], [800.0]], dtype=np.float32)
    fit = Sample(Matrix(values, (), ("x",)), np.array([0, 1, 0, 0], dtype=np.int8), np.arange(4))
    trained = method.train(recorder(runs[0].name), fit, Trees(threads=1))
    low, _, _, high = trained.link.probabilities(values[:, 0].astype(np.float64))[:, 1]
    assert 0 <= low < 1e-6
    assert 1 - 1e-6 < high <= 1

import warnings

import numpy as np
import pytest

from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.methods.peers import PEERS
from focalboost.benchmark.settings import Trees
from focalboost.evaluation.metrics import average_precision

MODULES = {
    "peer_bokbokbok": "bokbokbok",
    "peer_gbdtcbl": "gbdtCBL",
    "peer_imlightgbm": "imlightgbm",
    "peer_jaxboost": "jaxboost",
    "peer_imbalance_xgboost": "imxgboost",
}
PAIRS = [(peer, library) for peer in PEERS for library in peer.boosters]


@pytest.fixture(autouse=True)
def _their_warnings():
    # Other packages' deprecations are theirs to mend.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize(("peer", "library"), PAIRS)
def test_it_trains_from_a_start_at_zero_and_its_scores_are_read_as_log_odds(peer, library, sample):
    pytest.importorskip(MODULES[peer.name])
    fit, test = sample(), sample(seed=1)
    booster = BOOSTERS[library]
    assert peer.runs_in(booster)
    # Their second-order terms are small: at cross-entropy's scale some would never split so few rows.
    trained = peer.train(booster, fit, Trees(rounds=15, min_child_weight=1e-3, reg_lambda=0.01, threads=1))
    first, scores = trained.model.staged_scores(test.features, (1, 15))
    assert np.isfinite(scores).all()
    # Wherever the best constant is, the first tree cannot have come far from 0.
    assert abs(np.median(first)) < 1
    assert average_precision(test.target, scores) > test.target.mean()
    probability = trained.matched_link(scores).probabilities(scores)[:, 1]
    np.testing.assert_allclose(probability, 1 / (1 + np.exp(-scores)))


def test_each_is_for_one_of_the_libraries_that_take_a_loss():
    assert set(MODULES) == {peer.name for peer in PEERS}
    for peer in PEERS:
        assert all(BOOSTERS[library].custom_loss for library in peer.boosters)
        assert not peer.runs_in(BOOSTERS["catboost"])


def test_a_package_that_is_missing_is_named(recorder, sample, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "gbdtCBL.binary", None)
    peer = next(peer for peer in PEERS if peer.name == "peer_gbdtcbl")
    with pytest.raises(ImportError, match="gbdtCBL"):
        peer.train(recorder("xgboost"), sample(), Trees(threads=1))

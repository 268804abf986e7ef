from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.fit import train_and_judge
from focalboost.benchmark.methods import METHODS
from focalboost.benchmark.methods.method import Trained, sigmoid_link
from focalboost.benchmark.settings import Trees
from focalboost.benchmark.task import Costs
from focalboost.evaluation.alerts import alert_share
from focalboost.evaluation.money import best_threshold, savings
from focalboost.evaluation.row_groups import GROUPS

TREES = Trees(rounds=40, learning_rate=0.3, threads=1)
PROTOCOLS = ("fixed", "stopped")


class Forgetful:
    """A model whose scores are best after some of the rounds, and worse before and later."""

    def __init__(self, best):
        self.best = best

    def staged_scores(self, data, stops):
        signal = np.nan_to_num(data.values[:, 0].astype(np.float64)) + 3.0 * (data.values[:, 2] % 4 == 1) - 4.0
        noise = data.values[:, 1].astype(np.float64)
        for stop in stops:
            yield signal + 20.0 * abs(np.log(stop / self.best)) * noise


class Overfitting:
    """A method that trains such a model."""

    name = family = "overfitting"

    def train(self, booster, fit, trees):  # noqa: ARG002
        return Trained(Forgetful(best=trees.stops()[6]), sigmoid_link(fit.target), note="a note")


def judge(part, method=None, select="average_precision", costs=None, protocols=PROTOCOLS, library="xgboost"):
    method = method or METHODS["focal_gamma_1"]
    return train_and_judge(method, BOOSTERS[library], part, TREES, select, costs or Costs(), protocols)


@pytest.mark.parametrize("select", ["average_precision", "log_loss"])
@pytest.mark.parametrize("method", [Overfitting(), METHODS["focal_gamma_1"], METHODS["class_weight_balanced"]])
def test_stopped_takes_the_stop_that_is_best_on_the_validation_rows_and_fixed_the_last(part, select, method):
    outcome = judge(part, method, select)
    fixed, stopped = outcome.fits
    assert [stage.rounds for stage in outcome.stages] == list(TREES.stops())
    score = {
        stage.rounds: (
            stage.validation_average_precision if select == "average_precision" else -stage.validation_log_loss
        )
        for stage in outcome.stages
    }
    assert (fixed.protocol, stopped.protocol) == PROTOCOLS
    assert fixed.rounds == 40
    assert stopped.rounds == max(score, key=score.get)
    for fit in outcome.fits:
        label, probability = part.validation.target, fit.validation.probability
        expected = (
            average_precision_score(label, probability)
            if select == "average_precision"
            else -log_loss(label, probability)
        )
        assert fit.validation_score == pytest.approx(score[fit.rounds]) == pytest.approx(expected)


def test_the_best_stop_is_found_where_it_is(part):
    outcome = judge(part, Overfitting(), "log_loss")
    assert outcome.fits[1].rounds == TREES.stops()[6]
    assert outcome.note == "a note"


def test_one_training_serves_all_protocols(part):
    (tuned,) = judge(part, protocols=("tuned",)).fits
    (stopped,) = judge(part, protocols=("stopped",)).fits
    assert (tuned.protocol, tuned.rounds, tuned.measures) == ("tuned", stopped.rounds, stopped.measures)


def test_test_labels_change_no_choice(part):
    flipped = replace(part, test=replace(part.test, target=1 - part.test.target))
    for fit, other in zip(judge(part).fits, judge(flipped).fits, strict=True):
        assert (fit.rounds, fit.terms, fit.validation_score) == (other.rounds, other.terms, other.validation_score)
        np.testing.assert_array_equal(fit.test.probability, other.test.probability)
        assert fit.measures["roc_auc"] == pytest.approx(1 - other.measures["roc_auc"])


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_measures_are_those_of_the_predictions(part, library):
    for fit in judge(part, library=library).fits:
        label, probability = part.test.target, fit.test.probability
        np.testing.assert_array_equal(fit.test.label, label)
        assert fit.measures["average_precision"] == pytest.approx(average_precision_score(label, probability))
        assert fit.measures["roc_auc"] == pytest.approx(roc_auc_score(label, probability))
        assert fit.measures["log_loss"] == pytest.approx(log_loss(label, probability))
        assert fit.measures["uncorrected_log_loss"] == pytest.approx(log_loss(label, fit.test.uncorrected))


def test_stages_are_measures_of_the_test_rows_too(part):
    outcome = judge(part)
    for fit in outcome.fits:
        (stage,) = (stage for stage in outcome.stages if stage.rounds == fit.rounds)
        assert stage.average_precision == fit.measures["average_precision"]
        assert stage.log_loss == fit.measures["log_loss"]
        assert tuple(stage.gradient_shares) == GROUPS
        assert sum(stage.gradient_shares.values()) == pytest.approx(1)
    assert all(stage.gradient_shares == {} for stage in judge(part, Overfitting()).stages)


def test_probabilities_are_matched_to_the_fit_rows_and_uncorrected_ones_are_the_sigmoid(part):
    method = METHODS["class_weight_balanced"]
    trained = method.train(BOOSTERS["xgboost"], part.fit, TREES)
    (fit_scores,) = trained.model.staged_scores(part.fit.features, (40,))
    (scores,) = trained.model.staged_scores(part.test.features, (40,))
    link = trained.link.matched(fit_scores)
    assert link.probabilities(fit_scores)[:, 1].mean() == pytest.approx(part.fit.target.mean())
    fixed = judge(part, method).fits[0]
    np.testing.assert_allclose(fixed.test.probability, link.probabilities(scores)[:, 1], atol=1e-6)
    np.testing.assert_allclose(fixed.test.uncorrected, 1 / (1 + np.exp(-scores)), atol=1e-6)


def test_the_threshold_is_the_best_of_the_validation_rows(part):
    costs = Costs(alert_cost=4.0, alerts_per_day=3)
    for fit in judge(part, costs=costs).fits:
        validation, test = fit.validation, fit.test
        assert (fit.terms.alert_cost, fit.terms.alerts_per_period) == (4.0, 3)
        assert fit.terms.threshold == best_threshold(
            validation.label, validation.probability, part.validation.amount, 4.0
        )
        alerts = test.probability >= fit.terms.threshold
        assert fit.measures["savings"] == savings(test.label, alerts, part.test.amount, 4.0)
        share = alert_share(test.probability, 3, part.test.period)
        positives = test.label == 1
        assert fit.measures["recall_at_alerts"] == pytest.approx(share[positives].sum() / positives.sum())


def test_by_default_an_alert_costs_a_tenth_of_a_fraud_and_a_hundredth_of_the_rows_are_checked(part):
    (fit,) = judge(part, protocols=("fixed",)).fits
    mean = part.fit.amount[part.fit.target == 1].mean()
    assert fit.terms.alert_cost == pytest.approx(0.1 * mean)
    # 400 rows in 7 days are less than one alert a day.
    assert fit.terms.alerts_per_period == 1.0
    bare = replace(
        part, **{name: replace(getattr(part, name), amount=None, period=None) for name in ("fit", "validation", "test")}
    )
    (fit,) = judge(bare, protocols=("fixed",)).fits
    assert (fit.terms.alert_cost, fit.terms.alerts_per_period) == (pytest.approx(0.1), pytest.approx(4.0))


def test_seconds_and_memory_are_measured(part):
    outcome = judge(part)
    assert outcome.train_seconds > 0
    assert outcome.predict_seconds > 0
    assert np.isnan(outcome.peak_memory_mib) or outcome.peak_memory_mib >= 0

import numpy as np
import pytest

from focalboost.benchmark.ranking import rank_methods
from focalboost.benchmark.report.figures.critical_difference import plot_critical_difference
from focalboost.benchmark.report.figures.gamma import plot_gamma
from focalboost.benchmark.report.figures.gradients import plot_gradients
from focalboost.benchmark.report.figures.learning import plot_learning
from focalboost.benchmark.report.figures.money import plot_money
from focalboost.benchmark.report.figures.precision_recall import plot_precision_recall
from focalboost.benchmark.report.figures.reliability import plot_reliability
from focalboost.benchmark.report.figures.time import plot_time
from focalboost.benchmark.report.rows import NothingToDraw
from focalboost.evaluation.curves import precision_recall_on_grid
from focalboost.evaluation.money import money_by_budget

PLOTS = (
    plot_gamma,
    plot_gradients,
    plot_learning,
    plot_money,
    plot_precision_recall,
    plot_reliability,
    plot_time,
)
MAIN = ["cross_entropy", "class_weight_chosen", "focal_chosen"]


def line(figure, label, panel=0):
    [found] = [one for one in figure.axes[panel].lines if one.get_label() == label]
    return np.asarray(found.get_xdata()), np.asarray(found.get_ydata())


def folds(results, method, task="card"):
    return [fold for _, fold in results.predictions(task, "xgboost", method, "tuned").groupby("fold")]


def test_precision_is_the_mean_over_folds_and_bands_hold_every_fold(results):
    axes = plot_precision_recall(results, "card", "xgboost").axes[0]
    assert [one.get_label() for one in axes.lines] == [*MAIN, "chance"]
    recall, precision = axes.lines[2].get_data()
    curves = [
        precision_recall_on_grid(fold["label"], fold["probability"], recall) for fold in folds(results, "focal_chosen")
    ]
    np.testing.assert_allclose(precision, np.mean(curves, axis=0))
    band = axes.collections[2].get_paths()[0].vertices
    for curve in curves:
        assert band[:, 1].min() <= curve.min()
        assert band[:, 1].max() >= curve.max()


def test_only_the_methods_asked_for_are_drawn(results):
    axes = plot_precision_recall(results, "card", "xgboost", methods=["undersampled"], protocol="fixed").axes[0]
    assert [one.get_label() for one in axes.lines] == ["undersampled", "chance"]


def test_money_is_the_mean_over_folds_of_what_alerts_save(results):
    budgets, saved = line(plot_money(results, "card", "xgboost"), "cross_entropy")
    of_folds = [
        money_by_budget(fold["label"], fold["probability"], fold["amount"], fold["period"], budgets, 5.0).savings
        for fold in folds(results, "cross_entropy")
    ]
    np.testing.assert_allclose(saved, np.mean(of_folds, axis=0))
    assert budgets[0] == 1.0


def test_without_amounts_and_days_each_row_counts_one(results):
    axes = plot_money(results, "plain", "xgboost").axes[0]
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("Share of the frauds", "Alerts in the test rows")


def test_reliability_has_the_probabilities_and_what_they_were_before(results):
    axes = plot_reliability(results, "card", "xgboost", methods=["cross_entropy"]).axes[0]
    predictions = results.predictions("card", "xgboost", "cross_entropy", "tuned")
    for drawn, column in zip(axes.lines[:2], ("uncorrected", "probability"), strict=True):
        top = predictions.sort_values(column, ascending=False, kind="stable").head(int(np.ceil(len(predictions) / 512)))
        assert drawn.get_xdata()[0] == pytest.approx(top[column].mean())
        assert drawn.get_ydata()[0] == pytest.approx(top["label"].mean())
    assert axes.lines[0].get_linestyle() == ":"


def test_gamma_zero_is_cross_entropy(results):
    gamma, precision = line(plot_gamma(results, "card", "xgboost"), "stopped")
    np.testing.assert_allclose(gamma, [0, 0.5, 1, 2], atol=0.05)
    rows = results.table.query("task == 'card' and booster == 'xgboost' and protocol == 'stopped'")
    means = rows.groupby("method")["average_precision"].mean()
    np.testing.assert_allclose(
        precision, means[["cross_entropy", "focal_gamma_0.5", "focal_gamma_1", "focal_gamma_2"]].to_numpy()
    )


def test_learning_curves_are_of_every_method_and_marked_where_validation_stopped(results):
    figure = plot_learning(results, "card", "xgboost")
    rounds, precision = line(figure, "focal_gamma_1")
    curves = results.curves.query("task == 'card' and method == 'focal_gamma_1' and booster == 'xgboost'")
    np.testing.assert_array_equal(rounds, sorted(curves["rounds"].unique()))
    np.testing.assert_allclose(precision, curves.groupby("rounds")["average_precision"].mean())
    methods = {one.get_label() for one in figure.axes[0].lines if not one.get_label().startswith("_")}
    assert methods == set(curves["method"]) | set(results.curves["method"])
    marked = [one.get_xdata()[0] for one in figure.axes[0].lines if len(one.get_xdata()) == 1]
    assert set(marked) == {100.0}


def test_methods_of_useless_probabilities_are_named_not_drawn(results):
    panel = plot_learning(results, "card", "xgboost").axes[1]
    assert "scale_pos_weight: 0.29 at best" in panel.texts[0].get_text()
    assert panel.get_ylim()[1] < 0.1


def test_gradient_shares_add_up_to_one(results):
    figure = plot_gradients(results, "card", "xgboost")
    assert [axes.get_title() for axes in figure.axes][:2] == ["cross_entropy", "library_defaults"]
    for axes in figure.axes:
        assert len(axes.collections) == 4
        top = axes.collections[-1].get_paths()[0].vertices
        assert top[:, 1].max() == pytest.approx(1.0)


def test_time_has_a_point_for_each_method(results):
    seconds, precision = line(plot_time(results, "card", "xgboost"), "focal_chosen")
    rows = results.table.query("task == 'card' and booster == 'xgboost' and protocol == 'tuned'")
    rows = rows[rows["method"] == "focal_chosen"]
    assert seconds[0] == rows["train_seconds"].median()
    assert precision[0] == pytest.approx(rows["average_precision"].mean())


def test_ranks_are_those_of_the_chosen_members_and_bars_those_of_the_tests(make):
    rng = np.random.default_rng(0)
    members = {"cross_entropy": 0.5, "focal_gamma_1": 0.6, "focal_chosen": 0.7, "undersampled": 0.3, "peer": 0.71}
    tables = [
        make.table_of({name: value + 0.02 * rng.normal(size=3) for name, value in members.items()}, task=f"t{task}")
        for task in range(10)
    ]
    results = make.results_of(*tables)
    axes = plot_critical_difference(results, "xgboost").axes[0]
    ranking = rank_methods(results.table[results.table["method"] != "focal_gamma_1"])
    assert [label.get_text() for label in axes.get_yticklabels()] == list(ranking.methods)
    np.testing.assert_allclose([one.get_xdata()[0] for one in axes.lines], ranking.mean_ranks)
    assert ranking.groups == (ranking.methods[:2],)
    bars = [c for c in axes.collections if c.get_linewidth()[0] == 4]
    np.testing.assert_allclose(bars[0].get_segments()[0][:, 1], [-0.25, 1.25])


@pytest.mark.parametrize("plot", PLOTS)
def test_where_there_is_nothing_to_draw_it_is_said(results, plot):
    with pytest.raises(NothingToDraw, match=r"of task 'card' with booster 'catboost'"):
        plot(results, "card", "catboost")


def test_one_gamma_is_no_curve_and_one_task_no_ranking(make):
    results = make.results_of(make.table_of({"cross_entropy": [0.5]}))
    with pytest.raises(NothingToDraw, match="fewer than two gammas"):
        plot_gamma(results, "fraud", "xgboost")
    with pytest.raises(NothingToDraw, match="fewer than two tasks"):
        plot_critical_difference(results, "xgboost")


def test_a_method_looks_the_same_in_every_figure(results):
    colours = {
        one.get_color()
        for plot in (plot_precision_recall, plot_money, plot_reliability, plot_time)
        for one in plot(results, "card", "xgboost").axes[0].lines
        if one.get_label() == "focal_chosen"
    }
    assert len(colours) == 1


def test_a_protocol_of_one_gamma_has_no_line(make):
    results = make.results_of(
        make.table_of({"cross_entropy": [0.5, 0.6], "focal_gamma_1": [0.5, 0.7]}),
        make.table_of({"cross_entropy": [0.5, 0.6]}, protocol="tuned"),
    )
    assert [one.get_label() for one in plot_gamma(results, "fraud", "xgboost").axes[0].lines] == ["stopped"]

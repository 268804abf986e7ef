import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb

from focalboost import (
    BinaryFocalLoss,
    FocalLGBMClassifier,
    FocalXGBClassifier,
    GradientBudget,
    MulticlassFocalLoss,
)
from focalboost.evaluation.row_groups import GROUPS

ROUNDS = 5
LIGHTGBM = {"lambda_l2": 1.0, "verbose": -1, "num_threads": 1}


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1500, 4))
    y = (X[:, 0] + rng.normal(size=1500) > 2.0).astype(int)
    return X, y, rng.integers(1, 4, 1500).astype(float)


def shares(y, scores, weight, kind):
    """Of cross-entropy, by its well-known derivatives."""
    p = 1 / (1 + np.exp(-scores))
    size = weight * {"gradient": np.abs(p - y), "curvature": p * (1 - p)}[kind]
    hard = np.where(y == 1, p < 0.5, p > 0.5)
    return [size[(y == label) & (hard == is_hard)].sum() / size.sum() for label in (0, 1) for is_hard in (False, True)]


def assert_budget(budget, y, weight, scores_after, first=0, tolerance=1e-5):
    table = budget.table
    assert table["rounds"].to_list() == [rounds for rounds in range(first, ROUNDS) for _ in GROUPS]
    for rounds, part in table.groupby("rounds"):
        assert part["group"].to_list() == list(GROUPS)
        assert part["rows"].sum() == len(y)
        for kind in ("gradient", "curvature"):
            expected = shares(y, scores_after(rounds), weight, kind)
            np.testing.assert_allclose(part[kind], expected, rtol=tolerance, atol=tolerance)


def xgboost_scores(model, data, start):
    def scores(rounds):
        if rounds == 0:  # which XGBoost takes as all of them
            return start
        return model.predict(data, iteration_range=(0, rounds), output_margin=True).astype(float)

    return scores


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("built_in", [False, True])
def test_xgboost(rows, weighted, built_in):
    X, y, weight = rows
    weight = weight if weighted else np.ones(len(y))
    loss = BinaryFocalLoss(gamma=0.0)
    data = xgb.DMatrix(X, y, weight=weight if weighted else None)
    objective = {} if built_in else {"obj": loss}
    params = {"max_depth": 3} | ({"objective": "binary:logistic"} if built_in else loss.xgboost_params(y))
    unwatched = xgb.train(params, xgb.DMatrix(X, y, weight=weight if weighted else None), ROUNDS, **objective)
    budget = GradientBudget(loss)
    model = xgb.train(params, data, ROUNDS, callbacks=[budget.xgboost_callback(data)], **objective)
    assert model.save_raw("json") == unwatched.save_raw("json")
    # Of its own objective XGBoost has estimated no start yet when the first round begins.
    assert_budget(budget, y, weight, xgboost_scores(model, xgb.DMatrix(X), loss.init_score(y)), first=int(built_in))


@pytest.mark.parametrize("weighted", [False, True])
def test_lightgbm(rows, weighted):
    X, y, weight = rows
    weight = weight if weighted else np.ones(len(y))
    loss = BinaryFocalLoss(gamma=0.0)
    params = {**loss.lightgbm_params(), **LIGHTGBM}

    def train(**options):
        data = lgb.Dataset(X, y, weight=weight if weighted else None, init_score=loss.init_score(y))
        return lgb.train(params, data, ROUNDS, **options)

    budget = GradientBudget(loss)
    model = train(callbacks=[budget.lightgbm_callback()])
    assert model.model_to_string() == train().model_to_string()
    start = loss.init_score(y)

    def scores(rounds):  # of 0 rounds LightGBM predicts all
        return start + (model.predict(X, raw_score=True, num_iteration=rounds) if rounds else 0.0)

    assert_budget(budget, y, weight, scores)


def test_other_rows_can_be_watched(rows):
    X, y, _ = rows
    loss, budget = BinaryFocalLoss(gamma=0.0), GradientBudget(BinaryFocalLoss(gamma=0.0))
    fit, later = xgb.DMatrix(X[:1000], y[:1000]), xgb.DMatrix(X[1000:], y[1000:])
    model = xgb.train(loss.xgboost_params(y), fit, ROUNDS, obj=loss, callbacks=[budget.xgboost_callback(later)])
    start = np.full(500, loss.fit_intercept_only(y))
    assert_budget(budget, y[1000:], 1.0, xgboost_scores(model, xgb.DMatrix(X[1000:]), start))


def test_several_classes_in_both_libraries(rows):
    X, _, _ = rows
    y = np.digitize(X[:, 0] + X[:, 1], [1.5, 2.5])
    loss = MulticlassFocalLoss(3, gamma=2.0)
    data = xgb.DMatrix(X, y)
    budgets = [GradientBudget(loss), GradientBudget(loss)]
    model = xgb.train(loss.xgboost_params(y), data, 3, obj=loss, callbacks=[budgets[0].xgboost_callback(data)])
    lgb.train(
        {**loss.lightgbm_params(), **LIGHTGBM},
        lgb.Dataset(X, y, init_score=loss.init_score(y)),
        3,
        callbacks=[budgets[1].lightgbm_callback()],
    )
    scores = model.predict(xgb.DMatrix(X), iteration_range=(0, 2), output_margin=True)
    gradient = np.abs(loss.gradient_hessian(y, scores)[0]).sum(axis=1)
    for budget in budgets:
        table = budget.table.set_index(["rounds", "group"])
        assert table.loc[2, "gradient"].sum() == pytest.approx(1.0)
        assert table.loc[2, "rows"].to_numpy()[2:].sum() == (y != 0).sum()
    found = budgets[0].table.set_index(["rounds", "group"]).loc[2, "gradient"].to_numpy()[2:].sum()
    assert found == pytest.approx(gradient[y != 0].sum() / gradient.sum(), rel=1e-5)


def test_estimators(rows):
    X, y, _ = rows
    loss, labels = BinaryFocalLoss(gamma=2.0), np.where(y == 1, "fraud", "fine")
    first, second = GradientBudget(loss), GradientBudget(loss)
    watch = first.xgboost_callback(xgb.DMatrix(X, y))
    FocalXGBClassifier(gamma=2.0, n_estimators=3, callbacks=[watch]).fit(X, labels)
    model = FocalLGBMClassifier(gamma=2.0, n_estimators=3, n_jobs=1, verbosity=-1)
    model.fit(X, labels, callbacks=[second.lightgbm_callback()])
    for budget in (first, second):
        assert budget.table["rounds"].to_list() == [rounds for rounds in (0, 1, 2) for _ in GROUPS]
    sums = second.table.groupby("rounds")[["gradient", "curvature"]].sum()
    np.testing.assert_allclose(sums, 1.0)


def test_focal_loss_leaves_the_easy_majority_less(rows):
    X, y, _ = rows
    data = xgb.DMatrix(X, y)
    budgets = [GradientBudget(BinaryFocalLoss(gamma=gamma)) for gamma in (0.0, 2.0)]
    loss = BinaryFocalLoss(gamma=0.0)
    xgb.train(loss.xgboost_params(y), data, 5, obj=loss, callbacks=[b.xgboost_callback(data) for b in budgets])
    cross_entropy, focal = (b.table.set_index(["rounds", "group"])["gradient"][4, "easy majority"] for b in budgets)
    assert focal < 0.7 * cross_entropy


def test_groups_of_the_user(rows):
    X, y, weight = rows
    segment = np.where(X[:, 1] > 0, "mobile", "desktop")
    budget = GradientBudget(BinaryFocalLoss(gamma=0.0), groups=segment)
    scores = 2 * X[:, 0] - 3
    budget.record(0, y, scores, weight)
    size = weight * np.abs(1 / (1 + np.exp(-scores)) - y)
    table = budget.table.set_index("group")
    assert table.index.to_list() == ["desktop", "mobile"]
    assert table["rows"].to_list() == [(segment == name).sum() for name in table.index]
    expected = [size[segment == name].sum() / size.sum() for name in table.index]
    assert table["gradient"].to_list() == pytest.approx(expected)


@pytest.mark.parametrize("n_rounds", [2, 3])
@pytest.mark.parametrize("kind", ["none", "text", "truth"])
def test_plot(rows, kind, n_rounds):
    X, y, _ = rows
    mobile = X[:, 1] > 0
    groups, names = {
        "none": (None, GROUPS),
        "text": (np.where(mobile, "mobile", "desktop"), ("desktop", "mobile")),
        "truth": (mobile, ("False", "True")),
    }[kind]
    budget = GradientBudget(BinaryFocalLoss(gamma=1.0), groups)
    for rounds in range(n_rounds):
        budget.record(rounds, y, rounds * X[:, 0])
    figure = budget.plot()
    assert [panel.get_title() for panel in figure.axes] == ["|gradient|", "curvature"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(names)
    for panel in figure.axes:
        assert len(panel.collections) == len(names)
        outlines = [area.get_paths()[0].vertices for area in panel.collections]
        assert max(outline[:, 1].max() for outline in outlines) == pytest.approx(1.0)
        assert {x for outline in outlines for x in outline[:, 0]} == set(range(n_rounds))


def test_what_cannot_be_is_refused(rows):
    X, y, _ = rows
    loss = BinaryFocalLoss()
    with pytest.raises(ValueError, match="groups has 2 dimensions"):
        GradientBudget(loss, groups=X)
    with pytest.raises(ValueError, match="groups has labels that cannot be told apart"):
        GradientBudget(loss, groups=np.array(["a", None, 3.0], dtype=object))
    with pytest.raises(ValueError, match="groups has 3 labels, but there are 1500 rows"):
        GradientBudget(loss, groups=[1, 2, 3]).record(1, y, X[:, 0])
    with pytest.raises(ValueError, match="y_true has 2 dimensions"):
        GradientBudget(loss).record(1, np.column_stack([y, y]), X[:, :2])
    with pytest.raises(ValueError, match="nothing was recorded"):
        GradientBudget(loss).plot()
    assert GradientBudget(loss).table.empty
    budget = GradientBudget(loss)
    budget.record(4, y, X[:, 0])
    with pytest.raises(ValueError, match="4 rounds are recorded already: make a budget for each training"):
        budget.record(4, y, X[:, 0])
    for params, reason in (
        ({"objective": "binary"}, "no raw scores of its own objective 'binary'"),
        ({}, "no raw scores of its own objective 'regression'"),
        ({**loss.lightgbm_params(), "boosting": "dart"}, "asking LightGBM's DART for its scores changes the training"),
        ({**loss.lightgbm_params(), "boosting_type": "dart"}, "asking LightGBM's DART"),
    ):
        watch = GradientBudget(loss).lightgbm_callback()
        with pytest.raises(ValueError, match=reason):
            lgb.train({**LIGHTGBM, **params}, lgb.Dataset(X, y, init_score=loss.init_score(y)), 2, callbacks=[watch])


def test_cross_validation_is_refused(rows):
    X, y, _ = rows
    loss, data = BinaryFocalLoss(), xgb.DMatrix(X, y)
    with pytest.raises(ValueError, match="cv trains several models at once"):
        xgb.cv(loss.xgboost_params(y), data, 2, obj=loss, callbacks=[GradientBudget(loss).xgboost_callback(data)])
    dataset = lgb.Dataset(X, y, init_score=loss.init_score(y))
    with pytest.raises(ValueError, match="cv trains several models at once"):
        lgb.cv(
            {**loss.lightgbm_params(), **LIGHTGBM},
            dataset,
            2,
            feval=loss.metric,
            callbacks=[GradientBudget(loss).lightgbm_callback()],
        )

"""Models that the boosters' own ``save_model`` wrote, as estimators again."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from focalboost._optional import optional_import
from focalboost.estimators.link import FocalLink

if TYPE_CHECKING:
    from focalboost.estimators.lightgbm import FocalLGBMClassifier
    from focalboost.estimators.xgboost import FocalXGBClassifier


def load(source: Any) -> "FocalXGBClassifier | FocalLGBMClassifier":
    """Return the fitted estimator of a saved model, or of a booster that only the library itself has loaded.

    Parameters
    ----------
    source : str, path, xgboost.Booster or lightgbm.Booster
        A file that ``model.save_model(path)`` (XGBoost) or ``model.booster_.save_model(path)`` (LightGBM) wrote, under
        any name; or the booster of such a file, which is copied.

    Returns
    -------
    FocalXGBClassifier or FocalLGBMClassifier
        Its predictions and its focal parameters, ``class_weight`` as numbers by label, are those of the model that was
        saved. What the file does not hold has its default: the other parameters, which matter to a new ``fit`` alone,
        and ``deployment_prevalence``, which belongs to the place where the model is used.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError
        If the source is of another type.
    ValueError
        If it was not trained by this package, is damaged, or is from a later version.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from pathlib import Path
    >>> import focalboost
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(2000, 3))
    >>> y = np.where(X[:, 0] + rng.normal(size=2000) > 3, "fraud", "fine")
    >>> model = focalboost.FocalXGBClassifier(gamma=2.0, n_estimators=20).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     model.save_model(Path(folder) / "model.ubj")
    ...     loaded = focalboost.load(Path(folder) / "model.ubj")
    >>> np.array_equal(loaded.predict_proba(X), model.predict_proba(X))
    True
    >>> production = focalboost.load(model.get_booster()).set_params(deployment_prevalence=0.001)
    >>> bool(production.predict_proba(X)[:, 1].mean() < loaded.predict_proba(X)[:, 1].mean())
    True
    """
    if _is_booster(source, "xgboost"):
        return _from_xgboost(source.copy(), "this booster")
    if _is_booster(source, "lightgbm"):
        return _from_lightgbm(_lightgbm_copy(source), "this booster")
    if not isinstance(source, str | os.PathLike):
        raise TypeError(f"a model is loaded from a path, an xgboost.Booster or a lightgbm.Booster; this is {source!r}")
    name, content = os.fspath(source), Path(source).read_bytes()
    if content.startswith(b"{"):
        return _from_xgboost(_read_xgboost(content, name), name)
    if content.startswith(b"tree\n"):
        return _from_lightgbm(_read_lightgbm(content, name), name)
    raise ValueError(
        f"{name} ({len(content)} bytes) holds no model: it must be a file that XGBoost saved as .ubj or .json, or "
        "LightGBM as text"
    )


def _is_booster(source: Any, library: str) -> bool:
    """Whether it is a library's booster; without importing the library, which whoever has a booster has done."""
    module = sys.modules.get(library)
    return module is not None and isinstance(source, module.Booster)


def _read_xgboost(content: bytes, name: str) -> Any:
    """Parse XGBoost's UBJSON or JSON, whose last entry is the version.

    A cut file is told by that: of one, XGBoost 2.0 reads for ever or asks for all memory.
    """
    xgb = optional_import("xgboost", f"Loading {name}")
    booster = xgb.Booster()
    try:
        if b"version" not in content[-80:] or not content.rstrip().endswith(b"}"):
            raise ValueError("the end of the model is missing")
        booster.load_model(bytearray(content))
    except (xgb.core.XGBoostError, ValueError) as error:
        raise _unreadable(xgb, name) from error
    # From 3.1 on the start is a list, for which an earlier version, without a word, takes 0.5.
    if b"[" in content.rpartition(b"base_score")[2][:14] and '"base_score":"[' not in booster.save_config():
        raise ValueError(
            f"XGBoost {xgb.__version__} cannot read where the scores of {name} start, and would predict wrongly: "
            "install XGBoost 3.1 or later"
        )
    return booster


def _read_lightgbm(content: bytes, name: str) -> Any:
    """Parse LightGBM's text, whose last line has the categories of pandas' columns, and whose head the trees' sizes.

    A file with a part missing is told by these: of one, LightGBM reads for ever, or aborts the process.
    """
    lgb = optional_import("lightgbm", f"Loading {name}")
    sizes = content.partition(b"\ntree_sizes=")[2].partition(b"\n")[0].split()
    trees = content.find(b"end of trees") - content.find(b"Tree=0\n")
    last_line = content.rstrip().rpartition(b"\n")[2]
    try:
        if trees != sum(map(int, sizes)) or not last_line.startswith(b"pandas_categorical:"):
            raise ValueError("a part of the model is missing")
        return lgb.Booster(model_str=content.decode())
    except (lgb.basic.LightGBMError, ValueError) as error:
        raise _unreadable(lgb, name) from error


def _lightgbm_copy(booster: Any) -> Any:
    copy = type(booster)(model_str=booster.model_to_string(num_iteration=-1))
    copy.best_iteration = booster.best_iteration
    return copy


def _unreadable(library: Any, name: str) -> ValueError:
    return ValueError(
        f"{library.__name__} {library.__version__} cannot read {name}: it is incomplete, damaged or of a later version"
    )


def _from_xgboost(booster: Any, name: str) -> "FocalXGBClassifier":
    from focalboost.estimators.xgboost import FocalXGBClassifier
    from focalboost.estimators.xgboost_model import link_of

    link = _checked(link_of(booster), name)
    config = json.loads(booster.save_config())
    estimator = FocalXGBClassifier(
        **_parameters(link),
        booster=config["learner"]["gradient_booster"]["name"],
        enable_categorical="c" in (booster.feature_types or ()),
    )
    estimator._Booster = booster
    estimator._set_link(link)
    return estimator


def _from_lightgbm(booster: Any, name: str) -> "FocalLGBMClassifier":
    """Set by hand what ``fit`` sets, the same in LightGBM 4.2 to 4.7: its classes have no way to load a model."""
    from sklearn.preprocessing import LabelEncoder

    from focalboost.estimators.lightgbm import FocalLGBMClassifier
    from focalboost.estimators.lightgbm_model import link_of

    link = _checked(link_of(booster), name)
    estimator = FocalLGBMClassifier(**_parameters(link))
    encoder = LabelEncoder().fit(link.classes)
    names = booster.feature_name()
    estimator.__dict__.update(
        _Booster=booster,
        _best_iteration=booster.best_iteration,
        _best_score=booster.best_score,
        _n_features=len(names),
        _n_features_in=len(names),
        _fitted_with_feature_names=names != [f"Column_{i}" for i in range(len(names))],  # since 4.7
        _le=encoder,
        _classes=encoder.classes_,
        _n_classes=encoder.classes_.size,
        _class_map={label: code for code, label in enumerate(encoder.classes_)},
        _needs_init_score=False,
        fitted_=True,
    )
    estimator._set_link(link)
    return estimator


def _checked(link: FocalLink | None, name: str) -> FocalLink:
    if link is None:
        raise ValueError(
            f"{name} holds a model, but not of this package: it was not trained by FocalXGBClassifier or "
            "FocalLGBMClassifier; load it with its own library"
        )
    return link


def _parameters(link: FocalLink) -> dict[str, Any]:
    """Parameters of an estimator that would train with this loss."""
    loss = link.loss
    labels = [0, 1] if link.classes is None else link.classes.tolist()
    plain = loss.gamma == 0 and loss.class_weight is None  # cross-entropy, which scale and shift leave as it is
    return {
        "gamma": loss.gamma,
        "class_weight": loss.class_weight and dict(zip(labels, loss.class_weight, strict=True)),
        "curvature": loss.curvature,
        "scaled": plain or loss.scale != 1,
        "match_prevalence": plain or bool(link.shift),
    }

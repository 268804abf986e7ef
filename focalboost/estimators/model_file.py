"""Models in the boosters' own formats: to a file, and as estimators again."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from focalboost._files import put_in_place
from focalboost._optional import optional_import
from focalboost.estimators.forks import survives_fork
from focalboost.estimators.link import FocalLink, required

if TYPE_CHECKING:
    from focalboost.estimators.lightgbm import FocalLGBMClassifier
    from focalboost.estimators.xgboost import FocalXGBClassifier


@survives_fork
def save(model: Any, path: str | os.PathLike[str]) -> None:
    """Save a fitted estimator in the format of its library, with a digest by which `load` tells damage.

    The library reads the file as one of its own, with all that it predicts. Its ``save_model`` writes the same without
    the digest, and `load` reads that too; but of a damaged file LightGBM can end the process, and XGBoost 2.0 can
    predict something else without a word.

    Parameters
    ----------
    model : FocalXGBClassifier or FocalLGBMClassifier
        A fitted one, or its twin on Dask.
    path : str or path
        The file, in place of one that is there, whole or not at all: for XGBoost ``.ubj`` or ``.json``, for LightGBM
        text under any name.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If the model is not fitted.
    TypeError
        If it is no estimator of this package.
    ValueError
        If the name of an XGBoost model ends in anything else.
    OSError
        If the file cannot be written.

    Notes
    -----
    The SHA-256 tells damage, not forgery: who writes a file can write the digest that fits it. No file of this kind
    is unpickled or run, but both libraries read it with code in C++ that is not made for hostile files: load models
    of people whom you trust. treelite reads XGBoost's files without the digest alone.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from pathlib import Path
    >>> from focalboost import FocalLGBMClassifier
    >>> from focalboost.estimators.model_file import load, save
    >>> X = np.random.default_rng(0).normal(size=(500, 2))
    >>> model = FocalLGBMClassifier(n_estimators=5, verbosity=-1).fit(X, X[:, 0] > 1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "model.txt"
    ...     save(model, file)
    ...     loaded = load(file)
    ...     file.write_bytes(file.read_bytes().replace(b"leaf_value=-", b"leaf_value=+", 1)) > 0
    ...     try:
    ...         load(file)
    ...     except ValueError as error:
    ...         print(str(error).partition("model.txt ")[2])
    True
    is damaged: its SHA-256 is not that with which it was saved; get the file again
    >>> np.array_equal(loaded.predict_proba(X), model.predict_proba(X))
    True
    """
    path = Path(path)
    if not hasattr(model, "_set_link"):
        raise TypeError(f"a FocalXGBClassifier or a FocalLGBMClassifier can be saved; this is {model!r}")
    if hasattr(model, "get_booster"):
        from focalboost.estimators import xgboost_model

        content = xgboost_model.content_of(model.get_booster(), path)
    else:
        from focalboost.estimators import lightgbm_model

        content = lightgbm_model.content_of(model.booster_)
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")  # another thread may save to the same path
    try:
        unfinished.write_bytes(content)
        put_in_place(unfinished, path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None  # of the same class, with the path given
    finally:
        unfinished.unlink(missing_ok=True)


@survives_fork
def load(source: Any) -> "FocalXGBClassifier | FocalLGBMClassifier":
    """Return the fitted estimator of a saved model, or of a booster that only the library itself has loaded.

    Parameters
    ----------
    source : str, path, xgboost.Booster or lightgbm.Booster
        A file that `save`, ``model.save_model(path)`` (XGBoost) or ``model.booster_.save_model(path)`` (LightGBM)
        wrote, under any name; or the booster of such a file, which is copied.

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

    Notes
    -----
    Nothing is unpickled. Damage is sure to be told of a file with a digest, which `save` writes.

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
        from focalboost.estimators import xgboost_model

        return _from_xgboost(source.copy(), required(xgboost_model.link_of(source), "this booster"))
    if _is_booster(source, "lightgbm"):
        from focalboost.estimators import lightgbm_model

        return _from_lightgbm(_lightgbm_copy(source), required(lightgbm_model.link_of(source), "this booster"))
    if not isinstance(source, str | os.PathLike):
        raise TypeError(f"a model is loaded from a path, an xgboost.Booster or a lightgbm.Booster; this is {source!r}")
    with Path(source).open("rb") as file:
        beginning = file.read(5)
    if beginning.startswith(b"{"):
        from focalboost.estimators import xgboost_model

        return _from_xgboost(*xgboost_model.read(source))
    if beginning == b"tree\n":
        from focalboost.estimators import lightgbm_model

        return _from_lightgbm(*lightgbm_model.read(source))
    raise ValueError(
        f"{os.fspath(source)} ({Path(source).stat().st_size} bytes) holds no model: it must be a file that XGBoost "
        "saved as .ubj or .json, or LightGBM as text"
    )


def _is_booster(source: Any, library: str) -> bool:
    """Whether it is a library's booster; without importing the library, which whoever has a booster has done."""
    module = sys.modules.get(library)
    return module is not None and isinstance(source, module.Booster)


def _lightgbm_copy(booster: Any) -> Any:
    copy = type(booster)(model_str=booster.model_to_string(num_iteration=-1))
    copy.best_iteration = booster.best_iteration
    return copy


def _from_xgboost(booster: Any, link: FocalLink) -> "FocalXGBClassifier":
    from focalboost.estimators.xgboost import FocalXGBClassifier

    config = json.loads(booster.save_config())
    estimator = FocalXGBClassifier(
        **_parameters(link),
        booster=config["learner"]["gradient_booster"]["name"],
        enable_categorical="c" in (booster.feature_types or ()),
    )
    estimator._take(booster, link)
    return estimator


def _from_lightgbm(booster: Any, link: FocalLink) -> "FocalLGBMClassifier":
    """Set by hand what ``fit`` sets, the same in LightGBM 4.2 to 4.7: its classes have no way to load a model."""
    from focalboost.estimators.lightgbm import FocalLGBMClassifier

    estimator = FocalLGBMClassifier(**_parameters(link))
    preprocessing = optional_import("sklearn.preprocessing", "Loading a LightGBM model")
    encoder = preprocessing.LabelEncoder().fit(link.classes)
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
        fitted_=True,
    )
    estimator._set_link(link)
    return estimator


def _parameters(link: FocalLink) -> dict[str, Any]:
    """Parameters of an estimator that would train with this loss."""
    loss = link.loss
    labels = [0, 1] if link.classes is None else link.classes.tolist()
    plain = loss.gamma == 0 and loss.class_weight is None  # cross-entropy, which the scale leaves as it is
    return {
        "gamma": loss.gamma,
        "class_weight": loss.class_weight and dict(zip(labels, loss.class_weight, strict=True)),
        "curvature": loss.curvature,
        "scaled": plain or loss.scale != 1,
        "match_prevalence": link.is_cross_entropy or bool(link.shift),
    }

"""An XGBoost booster that carries its link as an attribute, which its files keep."""

from typing import Any

from focalboost._optional import optional_import
from focalboost.estimators.link import ATTRIBUTE, FocalLink


def link_of(booster: Any) -> FocalLink | None:
    """Read the link that a booster carries.

    Parameters
    ----------
    booster : xgboost.Booster
        Any booster.

    Returns
    -------
    FocalLink or None
        None for one that was not trained by ``FocalXGBClassifier``.

    Raises
    ------
    ValueError
        If the attribute is damaged.
    """
    text = booster.attr(ATTRIBUTE)
    return None if text is None else FocalLink.from_json(text)


def as_booster(model: Any) -> Any:
    """Return the booster of any form of XGBoost's ``xgb_model``.

    Parameters
    ----------
    model : str, path, xgboost.Booster or xgboost.XGBModel
        A trained model.

    Returns
    -------
    xgboost.Booster
        Its booster.
    """
    xgb = optional_import("xgboost", "Reading an XGBoost model")
    if isinstance(model, xgb.XGBModel):
        return model.get_booster()
    return model if isinstance(model, xgb.Booster) else xgb.Booster(model_file=model)

"""A LightGBM booster that carries its start and its link, so that its own predictions and files are complete."""

from dataclasses import replace
from typing import Any

from focalboost._optional import optional_import
from focalboost.estimators.link import ATTRIBUTE, FocalLink

_END_OF_PARAMETERS = "\nend of parameters"


def completed(booster: Any, link: FocalLink) -> tuple[Any, FocalLink]:
    """Give a trained booster its start and its link.

    The start goes into the leaves of the first trees, which is what LightGBM does with the start of its own objectives;
    so raw scores, SHAP values and saved files hold it. Linear leaves cannot be set: there it stays in the link. The
    link becomes a line among the parameters of the model's text; LightGBM keeps and saves lines that it does not know.

    Parameters
    ----------
    booster : lightgbm.Booster
        Trained from scores without the start.
    link : FocalLink
        With the start.

    Returns
    -------
    booster : lightgbm.Booster
        A complete one.
    link : FocalLink
        What it carries.
    """
    if link.start and "\nis_linear=1\n" not in booster.model_to_string(num_iteration=1):
        for tree, start in zip(booster.dump_model(num_iteration=1)["tree_info"], link.start, strict=True):
            for leaf in range(tree["num_leaves"]):
                index = tree["tree_index"]
                booster.set_leaf_output(index, leaf, booster.get_leaf_output(index, leaf) + start)
        link = replace(link, start=())
    head, end, tail = booster.model_to_string(num_iteration=-1).rpartition(_END_OF_PARAMETERS)
    complete = type(booster)(model_str=f"{head}[{ATTRIBUTE}: {link.to_json()}]\n{end}{tail}")
    complete.params = {name: value for name, value in booster.params.items() if name != "objective"}
    complete.best_iteration = booster.best_iteration
    complete.best_score = booster.best_score
    return complete, link


def link_of(booster: Any) -> FocalLink | None:
    """Read the link that a booster carries.

    Parameters
    ----------
    booster : lightgbm.Booster
        Any booster.

    Returns
    -------
    FocalLink or None
        None for one that was not trained by ``FocalLGBMClassifier``.
    """
    _, found, rest = booster.model_to_string(num_iteration=1).rpartition(f"\n[{ATTRIBUTE}: ")
    return FocalLink.from_json(rest.partition("]\n")[0]) if found else None


def as_booster(model: Any) -> Any:
    """Return the booster of any form of LightGBM's ``init_model``.

    Parameters
    ----------
    model : str, path, lightgbm.Booster or lightgbm.LGBMModel
        A trained model.

    Returns
    -------
    lightgbm.Booster
        Its booster.
    """
    lgb = optional_import("lightgbm", "Reading a LightGBM model")
    if isinstance(model, lgb.LGBMModel):
        return model.booster_
    return model if isinstance(model, lgb.Booster) else lgb.Booster(model_file=str(model))

"""A LightGBM booster that carries its start and its link, so that its own predictions and files are complete."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from focalboost._optional import optional_import
from focalboost.estimators.checksum import NAME, Checksum
from focalboost.estimators.link import ATTRIBUTE, FocalLink, required, unreadable

_END_OF_PARAMETERS = "\nend of parameters"
_CATEGORIES = b"pandas_categorical:"
# A line before the last, where LightGBM no longer reads.
_CHECKSUM = Checksum(b"\n%s:" % NAME, b"")


def complete(booster: Any, link: FocalLink) -> FocalLink:
    """Give a trained booster its start and its link.

    The start goes into the leaves of the first trees, which is what LightGBM does with the start of its own objectives;
    so raw scores, SHAP values and saved files hold it. Linear leaves cannot be set: there it stays in the link. The
    link becomes a line among the parameters of the model's text; LightGBM keeps and saves lines that it does not know.

    Parameters
    ----------
    booster : lightgbm.Booster
        Trained from scores without the start; it is changed.
    link : FocalLink
        With the start.

    Returns
    -------
    FocalLink
        What the booster carries: without the start, where the trees hold it.
    """
    if link.start and "\nis_linear=1\n" not in booster.model_to_string(num_iteration=1):
        for tree, start in zip(booster.dump_model(num_iteration=1)["tree_info"], link.start, strict=True):
            for leaf in range(tree["num_leaves"]):
                index = tree["tree_index"]
                booster.set_leaf_output(index, leaf, booster.get_leaf_output(index, leaf) + start)
        link = replace(link, start=())
    head, end, tail = booster.model_to_string(num_iteration=-1).rpartition(_END_OF_PARAMETERS)
    booster.model_from_string(f"{head}[{ATTRIBUTE}: {link.to_json()}]\n{end}{tail}")
    booster.params.pop("objective", None)  # of the training alone
    return link


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

    Raises
    ------
    ValueError
        If a file is damaged, or holds no model of LightGBM.
    """
    lgb = optional_import("lightgbm", "Reading a LightGBM model")
    if isinstance(model, lgb.LGBMModel):
        return model.booster_
    return model if isinstance(model, lgb.Booster) else _parsed(model)


def content_of(booster: Any) -> bytes:
    """Return what LightGBM would save, and its digest.

    Parameters
    ----------
    booster : lightgbm.Booster
        A model.

    Returns
    -------
    bytes
        Text, which LightGBM reads as its own.
    """
    content = booster.model_to_string().encode()
    return _CHECKSUM.added(content, end=content.rindex(b"\n" + _CATEGORIES) - len(content))


def read(source: Any) -> tuple[Any, FocalLink]:
    """Read a model and its link.

    Parameters
    ----------
    source : str or path
        A file that ``save_model`` wrote.

    Returns
    -------
    booster : lightgbm.Booster
        The model.
    link : FocalLink
        What it carries.

    Raises
    ------
    ValueError
        If it was not trained by ``FocalLGBMClassifier``, is damaged, or is from a later version.
    """
    booster = _parsed(source)
    return booster, required(link_of(booster), str(source))


def _parsed(source: Any) -> Any:
    """Parse LightGBM's text, whose last line has the categories of pandas' columns, and whose head the trees' sizes.

    Damage is told by the digest; without one a file with a part missing is, by these: of one, LightGBM reads for ever,
    or aborts the process.
    """
    lgb = optional_import("lightgbm", "Loading a LightGBM model")
    name = str(source)
    content = _CHECKSUM.removed(Path(source).read_bytes(), name)
    sizes = content.partition(b"\ntree_sizes=")[2].partition(b"\n")[0].split()
    trees = content.find(b"end of trees") - content.find(b"Tree=0\n")
    # Between the end of the parameters and the last line all is blank, but for what is left of a damaged digest.
    *_, last_lines = content.rpartition(_END_OF_PARAMETERS.encode())
    try:
        if trees != sum(map(int, sizes)) or not last_lines.lstrip().startswith(_CATEGORIES):
            raise ValueError("a part of the model is missing")
        return lgb.Booster(model_str=content.decode())
    except (lgb.basic.LightGBMError, ValueError) as error:
        raise unreadable(lgb, name) from error

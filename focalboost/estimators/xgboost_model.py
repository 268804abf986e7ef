"""An XGBoost booster that carries its link as an attribute, which its files keep."""

from pathlib import Path
from typing import Any

from focalboost._optional import optional_import
from focalboost.estimators.checksum import NAME, Checksum
from focalboost.estimators.link import ATTRIBUTE, FocalLink, required, unreadable

# The last entry of the outermost object, where XGBoost passes over names that it does not know.
_CHECKSUMS = {
    "json": Checksum(b',"%s":"' % NAME, b'"'),
    "ubj": Checksum(b"L%s%sSL%s" % (len(NAME).to_bytes(8, "big"), NAME, (64).to_bytes(8, "big")), b""),
}


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

    Raises
    ------
    ValueError
        If a file is damaged, or holds no model of XGBoost.
    """
    xgb = optional_import("xgboost", "Reading an XGBoost model")
    if isinstance(model, xgb.XGBModel):
        return model.get_booster()
    return model if isinstance(model, xgb.Booster) else _parsed(model)


def content_of(booster: Any, path: Path) -> bytes:
    """Return what XGBoost would save, and its digest.

    Parameters
    ----------
    booster : xgboost.Booster
        A model.
    path : Path
        Where it is to be saved; the suffix says in which format.

    Returns
    -------
    bytes
        UBJSON or JSON, which XGBoost reads as its own.

    Raises
    ------
    ValueError
        If it is another suffix.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in _CHECKSUMS:
        raise ValueError(f"{path}: a model of XGBoost is saved as .ubj or .json")
    return _CHECKSUMS[kind].added(bytes(booster.save_raw(raw_format=kind)), end=-1)


def read(source: Any) -> tuple[Any, FocalLink]:
    """Read a model and its link.

    Parameters
    ----------
    source : str, path, bytes or bytearray
        A file that ``save_model`` wrote, or what it holds.

    Returns
    -------
    booster : xgboost.Booster
        The model.
    link : FocalLink
        What it carries.

    Raises
    ------
    ValueError
        If it was not trained by ``FocalXGBClassifier``, is damaged, or is from a later version.
    """
    booster = _parsed(source)
    return booster, required(link_of(booster), _name_of(source))


def _parsed(source: Any) -> Any:
    """Parse XGBoost's UBJSON or JSON, whose last entry is the version, or after it the digest.

    Damage is told by the digest; without one a cut file is, by the version: of one, XGBoost 2.0 reads for ever or asks
    for all memory.
    """
    xgb = optional_import("xgboost", "Loading an XGBoost model")
    name = _name_of(source)
    content = bytes(source) if isinstance(source, bytes | bytearray) else Path(source).read_bytes()
    for checksum in _CHECKSUMS.values():
        content = checksum.removed(content, name)
    booster = xgb.Booster()
    try:
        if b"version" not in content[-80:] or not content.rstrip().endswith(b"}"):
            raise ValueError("the end of the model is missing")
        booster.load_model(bytearray(content))
    except (xgb.core.XGBoostError, ValueError) as error:
        raise unreadable(xgb, name) from error
    # From 3.1 on the start is a list, for which an earlier version, without a word, takes 0.5.
    if b"[" in content.rpartition(b"base_score")[2][:14] and '"base_score":"[' not in booster.save_config():
        raise ValueError(
            f"XGBoost {xgb.__version__} cannot read where the scores of {name} start, and would predict wrongly: "
            "install XGBoost 3.1 or later"
        )
    return booster


def _name_of(source: Any) -> str:
    return "this model" if isinstance(source, bytes | bytearray) else str(source)

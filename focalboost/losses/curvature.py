"""The policies of curvature by name: what stands in for a Hessian that can be negative."""

from typing import Literal, get_args

Curvature = Literal["auto", "exact", "absolute", "fisher", "truncated"]

DEFAULT_CURVATURE: Curvature = "truncated"
"""What "auto" means; chosen by the measurements in ``benchmarks/curvature/``."""


def checked_curvature(curvature: str) -> None:
    """Raise a ValueError unless ``curvature`` names a policy.

    Parameters
    ----------
    curvature : str
        The name given.

    Raises
    ------
    ValueError
        With the allowed names.
    """
    if not isinstance(curvature, str) or curvature not in get_args(Curvature):
        raise ValueError(f"curvature={curvature!r}: allowed are {', '.join(map(repr, get_args(Curvature)))}")


def curvature_code(curvature: str) -> int:
    """Return the kernels' number of a policy.

    Parameters
    ----------
    curvature : str
        The name of a policy, "auto" included.

    Returns
    -------
    int
        Its number in ``focalboost.kernels.focal``.
    """
    from focalboost.kernels import focal

    code: int = getattr(focal, (DEFAULT_CURVATURE if curvature == "auto" else curvature).upper())
    return code

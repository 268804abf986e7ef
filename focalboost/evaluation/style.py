"""How figures look: one colour a family, one line and marker a method, large letters for small screens."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from focalboost._optional import optional_import

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

WIDTH = 4.6
"""Inches: a telephone shows a figure about as large as this, so letters are as large as its own."""

TEXT, MUTED, GRID = "#1f2430", "#656d79", "#dde1e7"
# Told apart by people with any colour vision (after Okabe and Ito), dark enough for a white page.
_BLUE, _ORANGE, _PURPLE, _GREEN, _PINK, _GREY = "#0b6cb5", "#c85a00", "#7a3ff0", "#00805a", "#b8487f", "#7c8592"
GRADIENT_COLOURS = {
    "easy majority": "#a9c7e8",
    "hard majority": "#2f74b5",
    "easy minority": "#f6c08a",
    "hard minority": "#d2610f",
}
PROTOCOL_COLOURS = {"fixed": _GREY, "stopped": _BLUE, "tuned": _GREEN}
DARK = {
    TEXT: "#e6e9ee",
    MUTED: "#9aa4b2",
    GRID: "#333a45",
    _BLUE: "#5cb0f2",
    _ORANGE: "#f79645",
    _PURPLE: "#b99bff",
    _GREEN: "#3fc79a",
    _PINK: "#ef8fbd",
    _GREY: "#8f99a8",
    "#a9c7e8": "#3b5675",
    "#2f74b5": "#6cb1f0",
    "#f6c08a": "#7d5730",
    "#d2610f": "#ff9a4d",
}
"""What each colour becomes on a dark page."""

_FAMILIES = {
    "focal": (_PURPLE, ("focal_",)),
    "class_weight": (_ORANGE, ("class_weight_",)),
    "cross_entropy": (_BLUE, ("cross_entropy", "library_defaults")),
    "undersampled": (_GREEN, ("undersampled",)),
    "sanity": (_GREY, ("constant", "single_feature")),
}
_LINES = ("-", "--", ":", "-.", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 2)))
_MARKERS = ("o", "s", "^", "D", "v", "P")


@dataclass(frozen=True)
class Look:
    """How a method is drawn."""

    color: str
    linestyle: Any
    marker: str


def looks(methods: list[str]) -> dict[str, Look]:
    """Give each method its family's colour, and a line and a marker of its own within the family.

    Parameters
    ----------
    methods : list of str
        All methods of a comparison, so that one looks the same in every figure.

    Returns
    -------
    dict of str to Look
        In the order given. The libraries' own weights and the peers share a colour.

    Examples
    --------
    >>> looks(["cross_entropy", "library_defaults"])["library_defaults"].linestyle
    '--'
    """
    seen: dict[str, int] = {}
    found = {}
    # What a reader looks for comes first, and has a solid line.
    for method in sorted(methods, key=lambda name: not name.endswith(("_chosen", "cross_entropy"))):
        color = next((color for color, names in _FAMILIES.values() if method.startswith(names)), _PINK)
        place = seen[color] = seen.get(color, -1) + 1
        found[method] = Look(color, _LINES[place % len(_LINES)], _MARKERS[place % len(_MARKERS)])
    return {method: found[method] for method in methods}


@contextmanager
def drawing(height: float = 3.6) -> Iterator[Figure]:
    """Give an empty figure in the house's style, which holds while it is drawn.

    Parameters
    ----------
    height : float
        In inches.

    Yields
    ------
    Figure
        Not known to pyplot, so that it needs no closing.
    """
    matplotlib = optional_import("matplotlib", "Drawing a figure")
    figure = optional_import("matplotlib.figure", "Drawing a figure").Figure
    with matplotlib.rc_context(_STYLE):
        yield figure(figsize=(WIDTH, height), layout="constrained")


def legend_below(figure: Figure, axes: Axes, columns: int = 2) -> None:
    """Put the legend under the figure, where it hides no data."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=columns)


def plain_log_ticks(axis: Axis) -> None:
    """Write 0.001 rather than a power of ten, at 1, 2 and 5 times those where they are few."""
    ticker = optional_import("matplotlib.ticker", "Drawing a figure")
    low, high = sorted(axis.get_view_interval())
    axis.set_major_locator(ticker.LogLocator(subs=(1.0,) if high > 100 * low else (1.0, 2.0, 5.0)))
    axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(ticker.NullLocator())


_STYLE = {
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": TEXT,
    "axes.labelsize": 11,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": TEXT,
    "axes.titlesize": 11,
    "figure.facecolor": "none",
    "font.size": 11,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "legend.labelcolor": TEXT,
    "lines.linewidth": 1.8,
    "text.color": TEXT,
    "text.parse_math": False,  # a name with dollar signs is a name, and may be no formula
    "xtick.bottom": False,
    "xtick.color": MUTED,
    "xtick.labelcolor": TEXT,
    "ytick.left": False,
    "ytick.color": MUTED,
    "ytick.labelcolor": TEXT,
}

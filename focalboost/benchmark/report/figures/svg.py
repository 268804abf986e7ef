"""A Matplotlib figure as SVG inside a page: small, in the page's colours and letters, the same every time."""

from __future__ import annotations

import re
import warnings
from html import escape
from io import StringIO
from typing import TYPE_CHECKING

from focalboost._optional import optional_import
from focalboost.evaluation.style import DARK

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WITHOUT_METADATA = {"Creator": None, "Date": None, "Format": None, "Type": None}
_VARIABLES = {colour: f"--c{place}" for place, colour in enumerate(DARK)}


def inline_svg(figure: Figure, identifier: str, description: str) -> str:
    """Write a figure as an ``<svg>`` element.

    Colours become CSS variables (`colour_variables`), text stays text, ids begin with the identifier so that
    those of several figures on one page do not clash.

    Parameters
    ----------
    figure : Figure
        What to draw.
    identifier : str
        Letters and digits, unlike those of the page's other figures.
    description : str
        What it shows, for those who cannot see it.

    Returns
    -------
    str
        HTML; nothing in it is loaded from elsewhere.
    """
    matplotlib = optional_import("matplotlib", "Drawing a figure")
    text = StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": identifier}), warnings.catch_warnings():
        # The page's fonts draw the letters, not Matplotlib's.
        warnings.filterwarnings("ignore", r"Glyph .* missing from", UserWarning)
        figure.savefig(text, format="svg", metadata=_WITHOUT_METADATA, facecolor="none")
    drawing = text.getvalue()
    box = re.search(r'viewBox="([^"]+)"', drawing)
    body = drawing[drawing.index("</defs>") + len("</defs>") :]
    opening = f'<svg viewBox="{box[1] if box else ""}" role="img" aria-label="{escape(description)}">'
    return opening + _in_the_page(_small(body), identifier)


def colour_variables(dark: bool = False) -> str:
    """Return the declarations of the CSS variables that figures use, on a light or on a dark page.

    Examples
    --------
    >>> colour_variables().split(";")[0]
    '--c0:#1f2430'
    """
    return ";".join(f"{_VARIABLES[light]}:{other if dark else light}" for light, other in DARK.items())


def _small(drawing: str) -> str:
    drawing = re.sub(r"<!--.*?-->", "", drawing)
    drawing = re.sub(r"\s*\n\s*", " ", drawing).replace("> <", "><").strip()
    # Inside tags only: what is written in the figure stays as it is.
    return re.sub(r"<[^>]+>", lambda tag: _small_tag(tag[0]), drawing)


def _small_tag(tag: str) -> str:
    tag = re.sub(r"-?\d+\.\d{3,}", lambda number: f"{round(float(number[0]), 1):g}", tag)
    tag = re.sub(r' transform="rotate\(-?0 [^"]*"', "", tag)
    tag = re.sub(r"font-family: [^;\"]*;? ?", "", tag)
    return re.sub(r'(?<=[;:]) |(?<=[Lz]) | (?=["LzM])', "", tag)


def _in_the_page(drawing: str, identifier: str) -> str:
    used = set(re.findall(r'(?:url\(#|href="#)([\w.]+)', drawing))
    drawing = re.sub(
        r' id="([^"]+)"', lambda found: f' id="{identifier}-{found[1]}"' if found[1] in used else "", drawing
    )
    drawing = re.sub(r"(url\(#|href=\"#)", rf"\1{identifier}-", drawing).replace("xlink:href", "href")
    return re.sub("|".join(DARK), lambda colour: f"var({_VARIABLES[colour[0]]})", drawing)

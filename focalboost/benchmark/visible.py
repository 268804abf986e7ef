"""Text of data on a terminal."""

from __future__ import annotations

import re

# Control characters, of which a terminal takes some as commands, those that reverse the order of what follows, and what
# stands for bytes of a file's name that are no UTF-8, which cannot be printed.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Return a text with its control characters written out, so that names from data command no terminal.

    Parameters
    ----------
    text : str
        One line, in which names may hold anything.

    Returns
    -------
    str
        One line that a terminal shows as it is.

    Examples
    --------
    >>> print(visible("shop \x1b[2J\n7"))
    shop \x1b[2J\n7
    """
    return _INVISIBLE.sub(lambda found: repr(found[0])[1:-1], text)

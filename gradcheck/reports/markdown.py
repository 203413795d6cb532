"""Text in Markdown, as GitHub reads it."""

import re

_MEANS_SOMETHING = re.compile(r"[\\`*_\[\]<>&|~]")
_BEGINS_SOMETHING = re.compile(r" ?(?:[#+=-]|\d+(?=[.)]))")
"""What begins a heading, a list, a rule, or a line below a heading: the sign, or the number before one."""


def escaped(text: str) -> str:
    """Text that is shown as it is, wherever in a paragraph, a list or a table it stands; line breaks become spaces.

    A dollar is written by its number: mathematics is looked for with a backslash before it, too.
    """
    words = _MEANS_SOMETHING.sub(r"\\\g<0>", re.sub(r"\s+", " ", text))
    if start := _BEGINS_SOMETHING.match(words):
        at = start.end() - (not start[0][-1].isdigit())
        words = f"{words[:at]}\\{words[at:]}"
    return words.replace("$", "&#36;")

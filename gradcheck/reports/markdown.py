"""Text in Markdown, as GitHub reads it."""

import re

_MEANS_SOMETHING = re.compile(r"[\\`*_\[\]<>&|~]")
_BEGINS_SOMETHING = re.compile(r"(?:[#+=-]|\d+(?=[.)]))")
"""What begins a heading, a list, a rule, or a line below a heading: the sign, or the number before one."""


def escaped(text: str) -> str:
    """Text that is shown as it is, wherever in a paragraph, a list or a table it stands; line breaks become spaces.

    What it is put into takes care of nothing. Dollars would begin mathematics although a backslash stands before them:
    they are put as GitHub asks for, https://docs.github.com/en/get-started/writing-on-github.
    """
    words = _MEANS_SOMETHING.sub(r"\\\g<0>", " ".join(text.split()))
    start = _BEGINS_SOMETHING.match(words)
    if start:
        sign = start[0]
        words = f"{sign}\\{words[len(sign) :]}" if sign.isdigit() else f"\\{words}"
    return words.replace("$", "<span>$</span>")

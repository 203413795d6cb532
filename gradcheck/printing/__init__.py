"""Formulas as text: as NumPy source, in Unicode as a document would print them, and in LaTeX.

One walk over the graph serves all: a kind of node says what it is in the words of a style, and a style how each word is
put on paper. The author's names are used where there are some.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from itertools import chain
from typing import Any

from gradcheck.graph import Array, ShapeOf, as_array, sentences
from gradcheck.graph.writing import Names, Source
from gradcheck.printing.styles import Code, Latex, Unicode, Verbatim, runnable
from gradcheck.verdicts import Text


def text(formula: Any, names: Names | None = None, layers: str = "[]") -> Text:
    """A formula in all styles. layers: the brackets that the document puts a layer's number in."""
    return Text(*(_write(style(names or {}, layers), formula) for style in (Source, Unicode, Latex)))


def texts(formulas: Sequence[Any], names: Names, layers: str = "[]") -> list[Text]:
    """The texts of formulas that stand beside each other: different ones never look the same.

    Where names make them so, they are written out; where documents' notation does, source that runs stands for them.
    """
    kinds = len({getattr(formula, "key", formula) for formula in formulas})
    columns = []
    for style, verbatim in ((Source, Code), (Unicode, Code), (Latex, Verbatim)):
        ways = (kind(known, layers) for kind in (style, verbatim) for known in (names, {}))
        written = ([_write(way, formula) for formula in formulas] for way in ways)
        first = next(written)
        columns.append(next((column for column in chain([first], written) if len(set(column)) >= kinds), first))
    return [Text(*column) for column in zip(*columns, strict=True)]


def source(formula: Any, names: Names | None = None) -> str:
    """The formula as its author wrote it. The formula itself is written out even if it has a name."""
    return _write(Source(names or {}, "[]"), formula)


def code(formula: Any, names: Names | None = None) -> str:
    """The formula as source that runs."""
    return _write(Code(names or {}, "[]"), formula)


def edited(printed: str, corrected: str) -> str:
    """Marks under what a text of source has that another one has not; empty if that is all of it, or nothing."""
    old, new = (re.findall(r"\w+|\s+|.", text) for text in (runnable(printed), corrected))
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    kept = {i for block in blocks for i in range(block.b, block.b + block.size)}
    marks = "".join((" " if i in kept or token.isspace() else "^") * len(token) for i, token in enumerate(new))
    return marks.rstrip() if kept else ""


def name(array: Array, names: Names) -> str:
    """What the author calls an array, or its source."""
    return sentence(str, (array,), names)


def sentence(words: Callable[..., str], arrays: Iterable[Array], names: Names) -> str:
    """What is said of arrays, given what the author calls each, or its source."""
    return sentences.sentence(Source(names, "[]"), words, *arrays)


def _write(style: Source, formula: Any) -> str:
    return style.page(_written(style, formula))


def _written(style: Source, formula: Any) -> str:
    if isinstance(formula, tuple):
        return style.shape(formula)
    if isinstance(formula, ShapeOf):
        return sentences.sentence(style, style.shape_of, formula.array)
    return sentences.formula(style, as_array(formula))

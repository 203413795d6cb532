"""The derivation module that was read from a page: what a person would have written for it.

What the page says enters it as names and numbers, and its own words only as `repr` writes them.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence

from gradcheck.documents.tex.layout import laid_out
from gradcheck.documents.tex.noted import NotedClaim, NotedStep, Notes
from gradcheck.verdicts import shortened

_PUBLIC = (
    "bits claim derivation dims distribution gradient jacobian one_hot positive positive_definite real symmetric unit"
)
_NOTATION = (
    "abstract arctan cos cosh det diag digamma elu erf erfc exp function gamma gelu hstack identity indices inv labels "
    "lgamma log maximum minimum mish ones orthogonal pi regular relu sigmoid sign silu sin sinh softmax softplus "
    "softsign sqrt stack tanh trace triangular unit_vector vstack where zeros"
)
IMPORTED: Mapping[str, Sequence[str]] = {
    "fractions": ["Fraction"],
    "gradcheck": _PUBLIC.split(),
    "gradcheck.notation": _NOTATION.split(),
}
"""What modules take from where."""
KNOWN = frozenset(name for names in IMPORTED.values() for name in names) | {"abs"}
"""Names that mean something in every module."""
WIDTH = 120
LONGEST_NAME = 60
"""How much of the name of a page is written down."""
MOST_NAMES = 12
"""How many sizes or indices are made in one line."""
INDENT = 4


def name_of(notes: Notes) -> str:
    """What the derivation is called: after the page's file."""
    stem = re.sub(r"\W+", "_", notes.page.name.rpartition(".")[0] or notes.page.name, flags=re.ASCII)
    stem = stem[:LONGEST_NAME].strip("_").lower()
    is_free = stem.isidentifier() and not keyword.iskeyword(stem) and stem not in KNOWN
    return stem if is_free else f"page_{stem}".rstrip("_")


def module(notes: Notes) -> tuple[str, Mapping[int, NotedClaim]]:
    """Its text, and which claim of the page stands in which of its lines."""
    name = shortened(notes.page.name, LONGEST_NAME)
    statements = list(_statements(notes))
    lines = [f'"""Read from {_plain(name)}."""', "", *_imports([text for text, _ in statements])]
    lines += ["", "", *_decorator(f"derivation(source={name!r}, broadcast={notes.broadcasts})")]
    lines.append(f"def {name_of(notes)}():")
    places = {}
    for text, claim in statements:
        new = [" " * INDENT + text] if text.startswith("#") else laid_out(text, INDENT)
        if claim is not None:
            places.update(dict.fromkeys(range(len(lines) + 1, len(lines) + 1 + len(new)), claim))
        lines += new
    return "\n".join(lines) + "\n", places


def _decorator(call: str) -> list[str]:
    first, *rest = laid_out(call)
    return [f"@{first}", *rest]


def _imports(statements: Sequence[str]) -> Iterator[str]:
    trees = (ast.parse(text) for text in statements if not text.startswith("#"))
    used = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)} | {"derivation"}
    for package, names in IMPORTED.items():
        wanted = sorted(used & set(names))
        if wanted:
            yield from _wrapped(f"from {package} import ", wanted)
            yield from [""] if package == "fractions" else []


def _wrapped(start: str, names: Sequence[str]) -> list[str]:
    line = start + ", ".join(names)
    return [line] if len(line) <= WIDTH else [f"{start}(", *(f"{' ' * INDENT}{name}," for name in names), ")"]


def _statements(notes: Notes) -> Iterator[tuple[str, NotedClaim | None]]:
    """What stands in the function, each claim with itself; comments for what is not read."""
    for line in (*_sizes(notes), *_made("indices", _letters(notes)), *notes.inputs, *notes.definitions):
        yield line, None
    unread = [step for step in notes.others if step.kind == "unread"]
    placed: list[tuple[int, NotedClaim | NotedStep]] = [(claim.steps[0].place.start, claim) for claim in notes.claims]
    placed += [(step.place.start, step) for step in unread]
    for _, one in sorted(placed, key=lambda pair: pair[0]):
        if isinstance(one, NotedClaim):
            yield _claimed(one), one
        else:
            yield from ((comment, None) for comment in _comments(one))
    if not notes.claims:
        yield from (("return", None), ("yield", None))


def _sizes(notes: Notes) -> Iterator[str]:
    """The sizes; one that is larger than another is that and so many more."""
    sizes = list(dict.fromkeys(notes.sizes.values()))
    larger = {more: less for more, less in notes.larger.items() if more in sizes and less in sizes}
    larger = {more: less for more, less in larger.items() if more not in notes.made_sizes}
    sizes = [size for size in sizes if size not in notes.made_sizes]
    yield from _made("dims", {size: size for size in (f"{size}_more" if size in larger else size for size in sizes)})
    yield from (f"{name} = {source}" for name, source in notes.made_sizes.items())
    yield from (f"{more} = {less} + {more}_more" for more, less in larger.items())


def _made(maker: str, names: Mapping[str, str]) -> Iterator[str]:
    """Lines that make sizes or indices, by what each is called in Python and in print."""
    given = list(names)
    for at in range(0, len(given), MOST_NAMES):
        some = given[at : at + MOST_NAMES]
        yield f"{', '.join(some)} = {maker}({' '.join(names[name] for name in some)!r})"


def _letters(notes: Notes) -> Mapping[str, str]:
    """The indices, each with what it is called in print."""
    return {python: key.replace("'", "_prime") for key, python in notes.letters.items()}


def _claimed(claim: NotedClaim) -> str:
    """What yields a claim; in a loop if it has several instances."""
    lines = [step.line for step in claim.steps]
    where = str(lines[0]) if len(set(lines)) == 1 else str(lines)
    said = f"at={claim.at!r}, source_line={where}" if claim.at else f"source_line={where}"
    if len(claim.instances) == 1:
        return f"yield claim({', '.join(claim.instances[0])}, {said})"
    names = ", ".join(["left_", *(f"step_{i}" for i in range(1, len(claim.steps) + 1))])
    rows = ", ".join(f"({', '.join(instance)})" for instance in claim.instances)
    return f"for {names} in ({rows}): yield claim({names}, {said})"


def _comments(step: NotedStep) -> Iterator[str]:
    """What is not read, and why."""
    printed = " ".join(f"{step.left} = {step.tex}".split())
    for words in (f"line {step.line} is not read: {printed}", f"  {step.why}"):
        yield shortened(f"# {_written(words)}", WIDTH - INDENT)


def _written(text: str) -> str:
    """As `repr` writes it, but for backslashes and quotes: on one line, whatever it says."""
    return repr(text)[1:-1].replace("\\\\", "\\").replace("\\'", "'")


def _plain(name: str) -> str:
    """A name without what means something in a docstring."""
    return _written(name).replace("\\", "/").replace('"', "'")

"""The derivation module that was read from a page: what a person would have written for it."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence

from gradcheck.documents.tex.notes import NotedClaim, Notes

PUBLIC = (
    "claim derivation dims gradient jacobian real bits unit positive one_hot distribution symmetric positive_definite"
)
NOTATION = (
    "abstract arctan cos cosh det diag digamma elu erf erfc exp function gamma gelu hstack identity indices inv "
    "labels lgamma log maximum minimum mish ones orthogonal pi relu sigmoid sign silu sin sinh softmax softplus "
    "softsign sqrt stack tanh trace triangular unit_vector vstack where zeros"
)
WIDTH = 120


def name_of(notes: Notes) -> str:
    """What the derivation is called: after the page's file."""
    stem = re.sub(r"\W+", "_", notes.page.name.rpartition(".")[0] or notes.page.name).strip("_").lower()
    return f"page_{stem}" if not stem or stem[0].isdigit() or keyword.iskeyword(stem) else stem


def module(notes: Notes) -> tuple[str, Mapping[int, NotedClaim]]:
    """Its text, and which claim of the page stands in which of its lines."""
    body = list(_body(notes))
    used = "\n".join(line for line, _ in body)
    lines = [
        f'"""Read from {_plain(notes.page.name)}."""',
        "",
        *_imports(used),
        "",
        "",
        f"@derivation(source={notes.page.name!r}, broadcast={notes.broadcasts})",
        f"def {name_of(notes)}():",
    ]
    places = {}
    for line, claim in body:
        if claim is not None:
            places[len(lines) + 1 + line.count("\n")] = claim
        lines += f"    {line}".split("\n")
    return "\n".join(lines) + "\n", places


def _plain(name: str) -> str:
    return name.encode("ascii", "replace").decode().replace("\\", "/").replace('"', "'")


def _imports(used: str) -> Iterator[str]:
    if "Fraction(" in used:
        yield "from fractions import Fraction\n"
    for package, names in (("gradcheck", PUBLIC), ("gradcheck.notation", NOTATION)):
        wanted = [
            name
            for name in names.split()
            if name == "derivation" or re.search(rf"\b{name}\(|\bpi\b" if name == "pi" else rf"\b{name}\b[(.]", used)
        ]
        wanted = [name for name in wanted if package == "gradcheck" or name != "derivation"]
        if wanted:
            yield _wrapped(f"from {package} import ", wanted)


def _wrapped(start: str, names: Sequence[str]) -> str:
    line = start + ", ".join(names)
    return line if len(line) <= WIDTH else f"{start}(\n    " + ",\n    ".join(names) + ",\n)"


def _body(notes: Notes) -> Iterator[tuple[str, NotedClaim | None]]:
    sizes = list(dict.fromkeys(notes.sizes.values()))
    larger = {more: less for more, less in notes.larger.items() if more in sizes and less in sizes}
    sizes = [f"{size}_more" if size in larger else size for size in sizes]
    if sizes:
        yield f"{', '.join(sizes)} = dims({' '.join(sizes)!r})", None
    for more, less in larger.items():
        yield f"{more} = {less} + {more}_more", None
    if notes.letters:
        keys = [key.replace("'", "_prime") for key in notes.letters]
        yield f"{', '.join(notes.letters.values())} = indices({' '.join(keys)!r})", None
    for line in (*notes.inputs, *notes.definitions):
        yield line, None
    if not notes.claims:
        yield "return\n    yield", None
    for claim in notes.claims:
        yield _claimed(claim), claim


def _claimed(claim: NotedClaim) -> str:
    """The line that yields a claim; in a loop if it has several instances. It is the last line of what is written."""
    lines = [step.line for step in claim.steps]
    where = str(lines[0]) if len(set(lines)) == 1 else str(lines)
    said = f'at="{claim.at}", source_line={where}' if claim.at else f"source_line={where}"
    if len(claim.instances) == 1:
        return f"yield claim({', '.join(claim.instances[0])}, {said})"
    names = ["left_", *(f"step_{i}" for i in range(1, len(claim.steps) + 1))]
    rows = ",\n        ".join(f"({', '.join(instance)})" for instance in claim.instances)
    return f"for {', '.join(names)} in (\n        {rows},\n    ):\n        yield claim({', '.join(names)}, {said})"

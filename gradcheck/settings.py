"""`--set NAME=VALUE` on the command line: arguments of derivations, and sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def settings(texts: Iterable[str]) -> dict[str, Any]:
    """Names and their values. Raises ValueError."""
    return dict(map(_setting, texts))


def _setting(text: str) -> tuple[str, Any]:
    """A name and its value: a whole number, functions of the table, or several with commas. Raises ValueError."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ValueError(f"--set {text}: write NAME=VALUE, as --set depth=3")
    values = tuple(_value(name, part.strip()) for part in value.split(","))
    return name, values if len(values) > 1 else values[0]


def _value(name: str, text: str) -> Any:
    from gradcheck.functions import TABLE, abstract

    known: Mapping[str, Any] = {**TABLE, "abstract": abstract(name)}
    if text in known:
        return known[text]
    try:
        return int(text)
    except ValueError:
        there = ", ".join(sorted(known))
        raise ValueError(f"--set {name}={text}: neither a whole number nor a function; there is {there}") from None

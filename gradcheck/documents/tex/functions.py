"""Functions that a page defines itself: σ(t) = 1 / (1 + e^{-t}), and the softmax by its entries."""

from __future__ import annotations

import re

from gradcheck.documents.tex import known
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import Described, described, script
from gradcheck.documents.tex.statements import EQUAL, Side, Statement
from gradcheck.documents.tex.symbols import Symbol, python_name
from gradcheck.documents.tex.terms import Term
from gradcheck.documents.tex.tree import plain, solid

_LOGISTIC = re.compile(r"1 / \(1 \+ exp\(-(\w+)\)\)")


def key_of(one: Described) -> str:
    """What a function is known by: its letter with what stands below it."""
    return one.base + "".join(f"_{plain(row)}" for row in one.subs)


_ACTIVATIONS = ("g", "f", "h", "phi", "varphi", "psi", "rho", "a")
"""What activations are called."""


def defined_function(reader: Reader, left: Side, right: Side, before: str) -> str | bool | None:
    """The line that defines a function of one number; True if it is one that has a name already; None for no function.

    A function is defined by a letter that has no other meaning, in round brackets.
    """
    nodes = solid(left.nodes)
    if len(nodes) != 2 or not nodes[1].is_("bracket", "()") or nodes[1].is_scripted:
        return None
    one, inside = described(nodes[0]), solid(nodes[1].inner)
    given = described(inside[0]) if len(inside) == 1 else None
    is_layer = one is not None and all(row and row[0].is_("bracket", "[]") for row in one.sups)
    if one is None or given is None or given.subs or given.sups or not is_layer:
        return None
    scope = reader.scope
    numbers = {**scope.step_sizes, **scope.steps}
    key = one.base + "".join(f"^{script(row, numbers)}" for row in one.sups) + "'" * one.primes
    key = key if one.sups else key_of(one) + "'" * one.primes
    is_slope = one.primes and key_of(one) not in scope.functions
    has_meaning = key in scope.functions or key in scope.symbols or is_slope
    if has_meaning or not _may_be_of(reader, one, given, right):
        return None
    if not one.primes:
        scope.own_letters[key] = given.base
    return _defined(reader, one, key, _body(reader, given.base, right), before)


def _defined(reader: Reader, one: Described, key: str, term: Term | None, before: str) -> str | bool | None:
    """The same of a letter that may be one: by the words in front of it, or by what it makes of a number."""
    scope = reader.scope
    for function, words in known.WORDS_FOR.items():
        if any(word in before.lower() for word in words) and not one.primes:
            scope.functions[key] = function
            return True
    if term is None:
        return None
    if _LOGISTIC.fullmatch(term.source) and not one.primes:
        scope.functions[key] = "sigmoid"
        return True
    name = scope.names.give(f"function {scope.meaning(key)}", python_name(key).replace("'", "_prime"))
    scope.functions[key] = name
    if len(term.uses) == 1 and not one.primes and "where(" not in term.source:
        return f'{name} = function("{name}", lambda t_: {term.source})'
    scope.lambdas.add(name)
    return f"{name} = lambda t_: {term.source}"


def _may_be_of(reader: Reader, one: Described, given: Described, right: Side) -> bool:
    """Whether the letter in the brackets is the function's own, and not another thing of the page.

    σ(x) says what σ is, whatever x is elsewhere.
    """
    scope = reader.scope
    is_known = given.base in scope.symbols or given.base in scope.sizes or scope.declared_later(given.base)
    if not is_known or (one.base in known.CUSTOMARY and not one.subs):
        return True
    symbol = scope.symbols.get(given.base)
    if symbol is None and given.base not in scope.sizes and one.base in scope.primed:
        return True  # beside the r_i of a page, the r of h(r) is its own
    is_number = symbol is not None and symbol.is_input and (symbol.shape, symbol.family) == ((), ())
    if is_number and one.base in scope.primed:
        return True
    is_by_cases = any(node.value.endswith("cases") for node in right.nodes)
    return one.base in scope.primed and (is_by_cases or _is_by_entry(reader, symbol, right))


def _is_by_entry(reader: Reader, symbol: Symbol | None, right: Side) -> bool:
    """Whether it makes of an array what it makes of each entry: φ(m) = max(0, 1 - m) of margins m_i."""
    if symbol is None or symbol.family or symbol.shape in (None, ()):
        return False
    try:
        return reader.read(right.nodes).shape == symbol.shape
    except Unread:
        return True  # it has a meaning of a number only, or none


def _body(reader: Reader, letter: str, right: Side) -> Term | None:
    """What a function makes of a number, with the page's numbers in it; None where it is none of one number alone."""
    scope = reader.scope
    before = scope.symbols.get(letter)
    scope.symbols[letter] = Symbol(letter, "t_", ())
    try:
        term = reader.read(right.nodes)
    except Unread:
        return None
    finally:
        del scope.symbols[letter]
        if before is not None:
            scope.symbols[letter] = before
    others = scope.reached(term.uses - {letter})
    is_of_letter = (
        letter in term.uses
        and letter not in others
        and "jacobian(" not in term.source
        and "gradient(" not in term.source
    )
    return term if is_of_letter and not term.by_entries and term.shape == () else None


def named_function(reader: Reader, left: Side, right: Side) -> bool:
    """Whether a letter is said to be a function that has a name: g^{[1]} = ReLU."""
    nodes, named = solid(left.nodes), solid(right.nodes)
    if len(nodes) != 1 or len(named) != 1:
        return False
    one, other = described(nodes[0]), described(named[0])
    if one is None or other is None or one.primes or other.subs or other.primes or one.base in known.ELEMENTWISE:
        return False
    scope = reader.scope
    bare, key = other.base.rpartition(":")[2], one.base + "".join(f"^{plain(row)}" for row in one.sups)
    key += "".join(f"_{plain(row)}" for row in one.subs)
    name = scope.functions.get(other.base) or known.ELEMENTWISE.get(bare)
    if name is None and other.base in known.CUSTOMARY and other.base not in scope.symbols:
        name, scope.assumed[other.base] = known.CUSTOMARY[other.base]
    if name is None or key in scope.functions or reader.lookup_known(one) is not None or one.base in scope.symbols:
        return False
    scope.functions[key] = name
    return True


def any_function(reader: Reader, statement: Statement) -> str | None:
    """The name of a function of which nothing is known: f : ℝ → ℝ; None where that is not what is stated."""
    sides = statement.sides
    if len(sides) != 2 or sides[1].sign != "to" or sides[1].text != "fontmathbb(R)":
        return None
    nodes = solid(sides[0].nodes)
    if len(nodes) != 3 or not nodes[1].is_("operator", ":") or plain(nodes[2:]) != "fontmathbb(R)":
        return None
    one, scope = described(nodes[0]), reader.scope
    key = "" if one is None else one.base + "".join(f"^{script(row, scope.steps)}" for row in one.sups)
    if one is None or one.subs or key in scope.functions or key in scope.symbols:
        return None
    scope.functions[key] = scope.names.give(f"function {scope.meaning(key)}", python_name(key))
    return scope.functions[key]


def any_applied(reader: Reader, statement: Statement) -> str | None:
    """The name of a function of which nothing is known, in A = g(Z) of a known Z; None where it is no such equation.

    Raises Unread where Z is not known.
    """
    nodes = solid(statement.sides[1].nodes) if len(statement.sides) > 1 and statement.sides[1].sign in EQUAL else []
    one = described(nodes[0]) if len(nodes) == 2 and nodes[1].is_("bracket", "()", "[]") else None
    if one is None or one.primes or one.subs or one.base not in _ACTIVATIONS:
        return None
    scope = reader.scope
    key = one.base + "".join(f"^{script(row, {**scope.step_sizes, **scope.steps})}" for row in one.sups)
    if key in scope.functions or one.base in scope.functions or reader.lookup_known(one) is not None:
        return None
    if reader.read(nodes[1].inner).is_number:
        return None
    scope.functions[key] = scope.names.give(f"function {scope.meaning(key)}", python_name(key))
    return scope.functions[key]

"""Random pairs of expressions, most of them nearly equal, through both exact tiers: what differs is never proved.

An expression is a tree; it is read by SymPy for the zero test, by the graph for the prime field, and by mpmath, with 40
digits, for the truth. A pair is an expression and the same one with a rule applied inside, a true or a false one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from gradcheck import notation
from gradcheck.functions import step
from gradcheck.graph import as_array, inputs_of
from gradcheck.proofs.prime_field import PrimePoint
from gradcheck.proofs.zero import is_zero
from gradcheck.verdicts import Answer

Tree = Any
"""A name, a whole number, or a tuple: an operation, and trees."""

POINTS = 24
DEPTH = 3
TINY = mpmath.mpf(10) ** -25
"""What is smaller, with 40 digits, is 0: points are fractions of two or three digits."""
LARGE = mpmath.mpf(10) ** 30

# ---- what trees are --------------------------------------------------------------------------------------------------

REAL, POSITIVE, UNIT, BITS, HOT = ["x", "y", "z"], ["p", "q"], ["u"], ["b", "c"], ["h0", "h1", "h2"]
SHARES = ["s0", "s1", "s2"]
"""Positive numbers of the sum 1."""


def _log(value: Any) -> Any:
    if value <= TINY:
        raise ArithmeticError
    return mpmath.log(value)


def _log_gamma(value: Any) -> Any:
    if not TINY < value < LARGE:
        raise ArithmeticError
    return mpmath.loggamma(value)


def _power(base: Any, exponent: Any) -> Any:
    if base == 0 and exponent > TINY:
        return base  # of what is only left of a cancellation, there is none
    return mpmath.exp(_small(exponent * _log(base)))


def _small(value: Any) -> Any:
    """Neither exp nor waves of large numbers; nor are there positive numbers that look like a 0."""
    if abs(value) > 30:
        raise ArithmeticError
    return value


def _divide(above: Any, below: Any) -> Any:
    if abs(below) < TINY:
        raise ArithmeticError
    return above / below


def _step(value: Any) -> Any:
    return mpmath.mpf(value > TINY)


OPERATIONS: dict[str, tuple[int, Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = {
    # arguments; by SymPy; by the graph; by mpmath
    "+": (2, lambda a, b: a + b, lambda a, b: a + b, lambda a, b: a + b),
    "*": (2, lambda a, b: a * b, lambda a, b: a * b, lambda a, b: a * b),
    "prod": (2, lambda a, b: a * b, lambda a, b: np.prod(np.stack([as_array(a), as_array(b)])), lambda a, b: a * b),
    "/": (2, lambda a, b: a / b, lambda a, b: a / b, _divide),
    "-": (1, lambda a: -a, lambda a: -a, lambda a: -a),
    "square": (1, lambda a: a**2, lambda a: a**2, lambda a: a**2),
    "cube": (1, lambda a: a**3, lambda a: a**3, lambda a: a**3),
    "half": (1, lambda a: a / 2, lambda a: a / 2, lambda a: a / 2),
    "sqrt": (1, sp.sqrt, notation.sqrt, lambda a: _power(a, mpmath.mpf("0.5"))),
    "quarter": (1, lambda a: a ** sp.Rational(1, 4), lambda a: a**0.25, lambda a: _power(a, mpmath.mpf("0.25"))),
    "^": (2, lambda a, b: a**b, lambda a, b: a**b, _power),
    "log": (1, sp.log, notation.log, _log),
    "exp": (1, sp.exp, notation.exp, lambda a: mpmath.exp(_small(a))),
    "sin": (1, sp.sin, notation.sin, lambda a: mpmath.sin(_small(a))),
    "cos": (1, sp.cos, notation.cos, lambda a: mpmath.cos(_small(a))),
    "sinh": (1, sp.sinh, notation.sinh, lambda a: mpmath.sinh(_small(a))),
    "cosh": (1, sp.cosh, notation.cosh, lambda a: mpmath.cosh(_small(a))),
    "tanh": (1, sp.tanh, notation.tanh, lambda a: mpmath.tanh(_small(a))),
    "erf": (1, sp.erf, notation.erf, lambda a: mpmath.erf(_small(a))),
    "arctan": (1, sp.atan, notation.arctan, mpmath.atan),
    "log Γ": (1, sp.loggamma, notation.lgamma, _log_gamma),
    "step": (1, step, lambda a: 1 * (as_array(a) > 0), _step),  # floats would be compared outside of the graph
    "abs": (1, lambda a: a * (2 * step(a) - 1), abs, abs),
    "two": (0, lambda: sp.Integer(2), lambda: as_array(2), lambda: mpmath.mpf(2)),
    "log 2": (0, lambda: sp.log(2), lambda: notation.log(2), lambda: mpmath.log(2)),
    "log 3": (0, lambda: sp.log(3), lambda: notation.log(3), lambda: mpmath.log(3)),
    "exp 1": (0, lambda: sp.E, lambda: notation.exp(1), lambda: mpmath.e),
    "sqrt 2": (0, lambda: sp.sqrt(2), lambda: notation.sqrt(2), lambda: mpmath.sqrt(2)),
    "sqrt 5": (0, lambda: sp.sqrt(5), lambda: notation.sqrt(5), lambda: mpmath.sqrt(5)),
    "sqrt 10": (0, lambda: sp.sqrt(10), lambda: notation.sqrt(10), lambda: mpmath.sqrt(10)),
    "π": (0, lambda: sp.pi, lambda: as_array(notation.pi), lambda: +mpmath.pi),
    "sin 1": (0, lambda: sp.sin(1), lambda: notation.sin(1), lambda: mpmath.sin(1)),
}
READINGS = dict(OPERATIONS)
"""Other fuzzers read more than is drawn here."""
CONSTANTS: list[Tree] = [(name,) for name, (arity, *_) in OPERATIONS.items() if not arity]
TWO, LOG_2, LOG_3 = CONSTANTS[:3]


def _tree(random: Any, depth: int) -> Tree:
    if depth == 0 or random.random() < 0.15:
        leaves = [*REAL, *REAL, *POSITIVE, *UNIT, *BITS, *HOT, *SHARES, 1, 2, 3, -1, *CONSTANTS]
        return random.choice(leaves)
    if random.random() < 0.12:
        return _hidden_zero(random, depth - 1)
    often = ["+", "*"] * 4 + ["step"] * 3
    operation = random.choice([*OPERATIONS, *often])
    return (operation, *(_tree(random, depth - 1) for _ in range(OPERATIONS[operation][0])))


def _minus(a: Tree, b: Tree) -> Tree:
    return ("+", a, ("-", b))


def _twice(a: Tree) -> Tree:
    return ("*", 2, a)


def _hidden_zero(random: Any, depth: int) -> Tree:
    """What is 0 everywhere, or on one side, and does not look it."""
    a, b = _tree(random, depth), _tree(random, 0)
    return random.choice(
        [
            _minus(("sqrt", ("square", a)), a),
            _minus(("quarter", ("square", ("square", a))), a),
            _minus(("exp", ("half", ("log", ("square", a)))), a),
            _minus(("abs", a), a),
            _minus(("log", ("square", a)), _twice(("log", a))),
            _minus(("log", ("*", a, b)), ("+", ("log", a), ("log", b))),
            _minus(("exp", ("*", a, ("+", 1, b))), ("*", ("exp", a), ("exp", ("*", a, b)))),
            _minus(("sin", _twice(a)), _twice(("*", ("sin", a), ("cos", a)))),
            _minus(("sqrt", ("+", ("square", a), ("+", _twice(a), 1))), ("+", a, 1)),
            _minus(("log", ("+", ("square", a), ("+", _twice(a), 1))), _twice(("log", ("+", a, 1)))),
            ("+", ("erf", a), ("erf", ("-", a))),
            _minus(("log Γ", ("+", a, 1)), ("+", ("log Γ", a), ("log", a))),
            _minus(("+", "s0", ("+", "s1", "s2")), 1),
            _minus(("sqrt", ("*", a, "s0")), ("*", ("sqrt", a), ("sqrt", "s0"))),
            _minus(("log", _minus(1, "s0")), ("log", ("+", "s1", "s2"))),
            _minus(("sqrt 10",), ("*", ("sqrt 5",), ("sqrt 2",))),
            _minus(("tanh", a), ("/", _minus(("exp", _twice(a)), 1), ("+", ("exp", _twice(a)), 1))),
        ]
    )


# ---- rules, true ones and false ones; what is true of a pair is seen at points ---------------------------------------


def _sign(a: Tree) -> Tree:
    return _minus(_twice(("step", a)), 1)


def _at_most_2(first: Tree, second: Tree) -> Tree:
    """The step of a product by the signs of its factors."""
    return ("half", ("+", 1, ("*", _sign(first), _sign(second))))


def _put(tree: Tree, values: dict[str, Tree]) -> Tree:
    """The tree with other trees for some names."""
    if isinstance(tree, tuple):
        return (tree[0], *(_put(part, values) for part in tree[1:]))
    return values.get(tree, tree) if isinstance(tree, str) else tree


def _by_cases(tree: Tree, label: str, weight: Tree) -> Tree:
    """Shannon's expansion, which holds if the weight is the label."""
    zero, one = (_put(tree, {label: number}) for number in (0, 1))
    return ("+", ("*", weight, one), ("*", _minus(1, weight), zero))


def _by_classes(tree: Tree, order: tuple[int, ...]) -> Tree:
    """The sum over all classes, which holds if they are in their order."""
    cases = [_put(tree, {name: int(i == k) for i, name in enumerate(HOT)}) for k in range(3)]
    first, second, third = (("*", HOT[k], cases[order[k]]) for k in range(3))
    return ("+", first, ("+", second, third))


def _waves(sine: str, cosine: str) -> dict[str, list[Callable[..., Tree]]]:
    """Addition theorems backwards, with both signs: of sin and cos, and of sinh and cosh, the true ones differ."""

    def shifted(one: str, other: str, join: Callable[[Tree, Tree], Tree], b: Tree) -> Callable[[Tree], Tree]:
        return lambda a: join(("*", (one, ("+", a, b)), (cosine, b)), ("*", (other, ("+", a, b)), (sine, b)))

    joins = [_minus, lambda a, b: ("+", a, b)]
    parts = ["x", "b", 1, ("*", "x", "y"), LOG_2]
    half = lambda a: ("*", (sine, ("half", a)), (cosine, ("half", a)))  # noqa: E731
    third = lambda a: (sine, ("/", a, 3))  # noqa: E731
    return {
        sine: [
            lambda a: ("-", (sine, ("-", a))),
            *(shifted(sine, cosine, join, b) for join in joins for b in parts),
            lambda a: _twice(half(a)),
            half,
            *(lambda a, join=join: join(("*", 3, third(a)), ("*", 4, ("cube", third(a)))) for join in joins),
        ],
        cosine: [
            lambda a: (cosine, ("-", a)),
            *(shifted(cosine, sine, join, b) for join in joins for b in parts),
            lambda a: _minus(_twice(("square", (cosine, ("half", a)))), 1),
            lambda a: _minus(("square", (cosine, ("half", a))), 1),
            *(lambda a, join=join: join(1, _twice(("square", (sine, ("half", a))))) for join in joins),
        ],
    }


NEVER_NEGATIVE: list[Tree] = [("+", ("square", "x"), ("square", "y")), ("square", "x"), ("abs", "y"), "b"]
TRIGONOMETRIC, HYPERBOLIC = _waves("sin", "cos"), _waves("sinh", "cosh")
RULES: dict[str, list[Callable[..., Tree]]] = {
    "step": [
        lambda a: _minus(1, ("step", ("-", a))),
        lambda a: ("step", _twice(a)),
        lambda a: ("square", ("step", a)),
        lambda a: ("step", ("*", a, ("step", a))),
        lambda a: ("step", ("cube", a)),
        lambda a: ("step", ("square", a)),
        lambda a: ("step", ("*", a, ("exp", "x"))),
        lambda a: ("step", ("/", a, "p")),
        lambda a: ("*", ("step", a), ("step", ("+", a, "p"))),
        lambda a: ("*", ("step", a), ("step", _minus(a, "p"))),
        lambda a: ("*", ("step", a), _minus(1, ("step", _minus(("-", a), ("square", "x"))))),
    ],
    "*": [
        lambda a, b: ("*", b, a),
        lambda a, b: ("/", a, ("/", 1, b)),
        lambda a, b: ("exp", ("+", ("log", a), ("log", b))),
    ],
    **{
        odd: [
            lambda a, odd=odd: ("-", (odd, ("-", a))),
            lambda a, odd=odd: (odd, ("-", a)),
            lambda a, odd=odd: ("abs", (odd, a)),
            lambda a, odd=odd: ("*", _sign(a), (odd, ("abs", a))),
        ]
        for odd in ("erf", "arctan")
    },
    "sqrt": [
        lambda a: ("exp", ("half", ("log", a))),
        lambda a: ("square", ("quarter", a)),
        lambda a: ("quarter", ("square", a)),
        lambda a: ("half", ("sqrt", ("*", 4, a))),
        lambda a: ("/", 1, ("sqrt", ("/", 1, a))),
        lambda a: ("/", ("sqrt", ("*", a, "p")), ("sqrt", "p")),
        lambda a: ("/", ("sqrt", ("*", a, "x")), ("sqrt", "x")),
        *(lambda a, n=n: ("/", ("sqrt", ("*", a, n)), ("sqrt", n)) for n in NEVER_NEGATIVE),
        lambda a: ("/", ("sqrt", ("prod", a, "p")), ("sqrt", "p")),
        lambda a: ("/", ("sqrt", ("prod", a, "x")), ("sqrt", "x")),
        lambda a: ("*", ("sqrt", ("/", a, "u")), ("sqrt", "u")),
        lambda a: ("*", ("sqrt 2",), ("sqrt", ("half", a))),
        lambda a: ("/", a, ("sqrt", a)),
        lambda a: ("-", ("sqrt", a)),
    ],
    "square": [
        lambda a: ("*", a, a),
        lambda a: ("quarter", ("square", ("square", ("square", a)))),
        lambda a: ("cube", a),
    ],
    "half": [lambda a: ("*", a, ("square", ("sin 1",))), lambda a: ("/", a, ("square", ("sqrt 2",)))],
    "log": [
        lambda a: ("-", ("log", ("/", 1, a))),
        lambda a: ("half", ("log", ("square", a))),
        lambda a: ("log", ("-", a)),
        lambda a: _minus(("log", ("*", a, "p")), ("log", "p")),
        lambda a: _minus(("log", ("*", a, "x")), ("log", "x")),
        *(lambda a, n=n: _minus(("log", ("*", a, n)), ("log", n)) for n in NEVER_NEGATIVE),
        lambda a: _minus(("log", ("prod", a, "p")), ("log", "p")),
        lambda a: _minus(("log", ("prod", a, "x")), ("log", "x")),
        lambda a: _minus(("log", ("*", TWO, a)), LOG_2),
        lambda a: _minus(("log", ("*", TWO, a)), LOG_3),
        lambda a: _minus(("log", ("*", 4, a)), _twice(LOG_2)),
    ],
    "exp": [
        lambda a: ("square", ("exp", ("half", a))),
        lambda a: ("/", 1, ("exp", ("-", a))),
        lambda a: ("*", ("exp", ("+", a, "x")), ("exp", ("-", "x"))),
        lambda a: ("/", ("exp", ("+", a, 1)), ("exp 1",)),
        lambda a: ("/", ("exp", ("+", a, 2)), ("exp 1",)),
        lambda a: ("^", ("exp 1",), a),
        *(lambda a, log=log: ("^", TWO, ("/", a, log)) for log in (LOG_2, LOG_3)),
    ],
    **(TRIGONOMETRIC | HYPERBOLIC),
    "tanh": [lambda a: ("-", ("tanh", ("-", a))), lambda a: _minus(1, ("/", 2, ("+", 1, ("exp", _twice(a)))))],
    "abs": [
        lambda a: ("sqrt", ("square", a)),
        lambda a: a,
        lambda a: ("exp", ("half", ("log", ("square", a)))),
        lambda a: ("abs", ("-", a)),
    ],
    "^": [
        lambda a, b: ("exp", ("*", b, ("log", a))),
        lambda a, b: ("/", ("^", a, ("+", b, 1)), a),
        lambda a, b: ("*", ("^", a, _minus(b, 1)), a),
        lambda a, b: ("^", ("square", a), ("half", b)),
        *(lambda a, b, log=log: ("*", ("^", ("/", a, TWO), b), ("exp", ("*", b, log))) for log in (LOG_2, LOG_3)),
    ],
    "+": [lambda a, b: ("/", ("*", ("+", a, b), b), b)],
}
ANYTHING: list[Callable[..., Tree]] = [
    lambda a: ("square", ("sqrt", a)),
    lambda a: ("cube", ("^", a, ("/", 1, 3))),
    lambda a: ("*", ("sqrt", a), ("sqrt", a)),
    *(lambda a, weight=weight: _by_cases(a, "b", weight) for weight in ("b", "c", "u", ("-", "b"))),
    *(lambda a, order=order: _by_classes(a, order) for order in ((0, 1, 2), (0, 2, 1))),
    lambda a: ("abs", a),
    lambda a: ("sqrt", ("square", a)),
    lambda a: ("exp", ("log", a)),
    lambda a: ("log", ("exp", a)),
    lambda a: ("/", 1, ("/", 1, a)),
    lambda a: ("*", a, _sign(a)),
    lambda a: _minus(("*", a, ("step", a)), ("*", ("-", a), ("step", ("-", a)))),
    lambda a: ("*", a, ("+", ("step", "x"), ("step", ("-", "x")))),
    lambda a: ("+", a, ("*", "b", _minus(("sqrt", ("square", "x")), "x"))),
    lambda a: ("*", a, ("step", ("+", "p", ("square", "x")))),
    lambda a: ("*", a, ("step", _minus("p", ("square", "x")))),
    lambda a: ("*", a, ("step", _minus(("square", "x"), "p"))),
    lambda a: ("*", a, ("step", ("+", ("exp", a), ("square", "b")))),
]
LABELS: list[Callable[..., Tree]] = [
    lambda a: ("square", a),
    lambda a: ("sqrt", a),
    lambda a: ("step", a),
    lambda a: _minus(1, ("step", ("-", a))),
    lambda a: _minus(1, a),
    lambda a: ("cube", a),
    lambda a: ("square", _twice(a)),
    lambda a: ("*", a, "b"),
    lambda a: ("*", a, ("+", "h0", ("+", "h1", "h2"))),
    lambda a: ("+", a, ("*", "h0", "h2")),
    lambda a: ("+", a, ("*", "h0", "b")),
]


def _gate(random: Any, zero: Tree) -> tuple[Tree, Tree]:
    """A pair that is equal unless its gate is 0."""
    gate = ("*", zero, _tree(random, 0))
    return ("*", "x", ("step", gate)), ("*", "x", _minus(1, ("step", ("-", gate))))


def _rewritten(random: Any, tree: Tree) -> Tree:
    """The tree with a rule applied somewhere."""
    inner = tree[1:] if isinstance(tree, tuple) else ()
    if inner and random.random() < 0.6:
        position = random.randrange(len(inner))
        return (*tree[: position + 1], _rewritten(random, inner[position]), *tree[position + 2 :])
    rules = RULES.get(tree[0], []) if inner else LABELS if tree in BITS + HOT else []
    if rules and random.random() < 0.8:
        return random.choice(rules)(*(inner or (tree,)))
    return random.choice(ANYTHING)(tree)


def pair(random: Any) -> tuple[Tree, Tree]:
    """Two expressions that may or may not be equal."""
    if random.random() < 0.25:
        return _gate(random, _hidden_zero(random, random.randrange(DEPTH)))
    tree = _tree(random, DEPTH)
    other = _rewritten(random, tree)
    return tree, _rewritten(random, other) if random.random() < 0.3 else other


# ---- readings --------------------------------------------------------------------------------------------------------


def _read(tree: Tree, leaves: dict[str, Any], reading: int) -> Any:
    if isinstance(tree, int):
        return leaves["number"](tree)
    if isinstance(tree, str):
        return leaves[tree]
    return READINGS[tree[0]][reading](*(_read(part, leaves, reading) for part in tree[1:]))


def _symbols() -> dict[str, Any]:
    positive = {name: sp.Symbol(name, positive=True) for name in POSITIVE + UNIT + SHARES}
    return {"number": sp.Integer, **{name: sp.Symbol(name) for name in REAL + BITS + HOT}, **positive}


def _arrays() -> dict[str, Any]:
    hot, shares = notation.one_hot("h", 3), notation.distribution("s", 3)
    return {
        "number": lambda value: notation.real("x") * 0 + value,
        **{name: notation.real(name) for name in REAL},
        **{name: notation.positive(name) for name in POSITIVE},
        **{name: notation.unit(name) for name in UNIT},
        **{name: notation.bits(name) for name in BITS},
        **{name: hot[i] for i, name in enumerate(HOT)},
        **{name: shares[i] for i, name in enumerate(SHARES)},
    }


SYMBOLS, ARRAYS = _symbols(), _arrays()


def is_proved_by_symbols(left: Tree, right: Tree) -> bool:
    """What the zero test says."""
    difference = _read(left, SYMBOLS, 1) - _read(right, SYMBOLS, 1)
    bits, hot, unit, shares = ([SYMBOLS[name] for name in names] for names in (BITS, HOT, UNIT, SHARES))
    return is_zero(difference, bits, [tuple(hot)], unit, [tuple(shares)])


def is_proved_in_the_field(left: Tree, right: Tree) -> bool:
    """What the prime field says."""
    with np.errstate(all="ignore"):
        sides = [as_array(_read(side, ARRAYS, 2)) for side in (left, right)]
    return PrimePoint(inputs_of(sides), {}).compare(*sides).answer is Answer.PROVED


def _point(random: Any) -> dict[str, Any]:
    hot, weights = random.randrange(3), [random.randint(1, 300) for _ in SHARES]
    number = lambda below: mpmath.mpf(random.randint(1, 300)) / below  # noqa: E731
    return {
        "number": mpmath.mpf,
        **{name: random.choice((-1, 1)) * number(97) for name in REAL},
        **{name: number(79) for name in POSITIVE},
        **{name: number(307) for name in UNIT},
        **{name: mpmath.mpf(random.randint(0, 1)) for name in BITS},
        **{name: mpmath.mpf(i == hot) for i, name in enumerate(HOT)},
        **{name: mpmath.mpf(weight) / sum(weights) for name, weight in zip(SHARES, weights, strict=True)},
    }


def differences(random: Any, left: Tree, right: Tree) -> tuple[int, int]:
    """At how many points both sides have values, and at how many these differ."""
    both = different = 0
    with mpmath.workdps(40):
        for _ in range(POINTS):
            point = _point(random)
            try:
                a, b = (_read(side, point, 3) for side in (left, right))
            except (ArithmeticError, ValueError):
                continue
            if max(abs(a), abs(b)) < LARGE:
                both += 1
                different += bool(abs(a - b) > TINY * (1 + abs(a) + abs(b)))
    return both, different


def case(random: Any) -> tuple[str, str]:
    """A pair through both tiers, and a complaint if what differs is proved."""
    return seen(random, *pair(random))


def seen(random: Any, left: Tree, right: Tree) -> tuple[str, str]:
    """What both tiers say of a pair, and a complaint if they are wrong."""
    both, different = differences(random, left, right)
    proved = []
    for tier in (is_proved_by_symbols, is_proved_in_the_field):
        try:
            proved.append(tier(left, right))
        except (ArithmeticError, TypeError):  # SymPy sees a 0 in a denominator, or an order among complex numbers
            proved.append(False)
    truth = "no value" if not both else "different" if different else "equal"
    complaint = f"proved (zero test, field: {proved}): {left} = {right}" if different and any(proved) else ""
    return f"{truth}, proved by {sum(proved)}", complaint

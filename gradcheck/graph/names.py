"""NumPy's names, and what stands for each on symbolic arrays. Every file of this folder adds its own."""

import difflib
import inspect
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import numpy as np

from gradcheck.graph.refusals import Unsupported

Build = TypeVar("Build", bound=Callable[..., Any])

Use = Callable[..., Any]
"""A call `use(f, x, y)` of a function of NumPy's with arrays x and y."""
NUMPY: dict[str, Callable[..., Any]] = {"shape": lambda a: a.shape, "size": lambda a: a.size, "ndim": lambda a: a.ndim}
USES: dict[str, tuple[Use, ...]] = dict.fromkeys(NUMPY, (lambda f, x, y: f(x),))
"""Ways to call each name: a test makes them on NumPy's arrays, too, and compares."""
OPERATORS: dict[str, Callable[..., Any]] = {}
"""What is no function of NumPy's but a thing that arrays do: `apply` a row of the table, take an `index`."""


class UnknownFunction(Unsupported):
    """A NumPy function that gradcheck has no row or rule for."""


def stands_for(*names: str, uses: tuple[Use, ...]) -> Callable[[Build], Build]:
    """Decorator: the function is what NumPy's functions of these names do to symbolic arrays, as these uses show."""

    def register(build: Build) -> Build:
        NUMPY.update(dict.fromkeys(names, build))
        USES.update(dict.fromkeys(names, uses))
        return build

    return register


INSTEAD = {
    "norm": "write np.sqrt((x ** 2).sum())",
    "clip": "write np.minimum(np.maximum(x, low), high)",
    "log1p": "write np.log(1 + x)",
    "expm1": "write np.exp(x) - 1",
    "var": "write ((x - x.mean()) ** 2).mean()",
    "std": "write np.sqrt(((x - x.mean()) ** 2).mean())",
    "squeeze": "leave it out: a 1×1 array acts as a number",
    "item": "leave it out: a 1×1 array acts as a number",
    "copy": "leave it out: symbolic arrays never change",
    "flatten": "write x.reshape(-1)",
    "ravel": "write x.reshape(-1)",
    "argmax": "write x == x.max(axis=0, keepdims=True) for the mask of the largest entry",
    "argmin": "write x == x.min(axis=0, keepdims=True) for the mask of the smallest entry",
    "ptp": "write x.max() - x.min()",
    **dict.fromkeys(("nanmax", "nanmin"), "entries are numbers here: write np.max(x), np.min(x)"),
    **dict.fromkeys(("softmax", "log_softmax", "logsumexp"), "write softmax(x, axis), which gradcheck.notation has"),
    **dict.fromkeys(("floor_divide", "remainder", "floor", "ceil", "rint"), "what rounds has no row; x / y has"),
    **dict.fromkeys(("tril", "triu"), "multiply by a table of numbers, as np.tril(np.ones((3, 3))) is one"),
    **dict.fromkeys(("conjugate", "conj", "real"), "leave it out: arrays are real here"),
    "cumsum": "multiply by a table of 0s and 1s, as np.tril(np.ones((3, 3))) @ x",
    "prod": "write x[0] * x[1], or np.exp(np.log(x).sum()) where entries are positive",
    "tan": "write np.sin(x) / np.cos(x)",
    "logaddexp": "write np.log(np.exp(x) + np.exp(y))",
    "heaviside": "write 1 * (x > 0)",
    "median": "what sorts has no row",
    "diagonal": "write np.diag(x)",
    "repeat": "broadcast: write np.broadcast_to(x, shape)",
    "sign": "write 2 * (x > 0) - 1",
    "inner": "write np.dot(x, y)",
    "vdot": "write np.dot(x, y)",
    "bitwise_and": "write (x > 0) * (x < 1)",
    "bitwise_or": "write np.maximum(x < 0, x > 1)",
    "bitwise_xor": "write abs(1 * (x > 0) - (y > 0))",
    "invert": "write 1 - (x > 0)",
    "logical_and": "write (x > 0) * (x < 1)",
    "logical_or": "write np.maximum(x < 0, x > 1)",
    "logical_not": "write 1 - (x > 0)",
    "matrix_transpose": "write np.swapaxes(x, -1, -2)",
    "stack": "write np.concatenate([x[None], y[None]])",
    "expand_dims": "write x[:, None]",
    "any": "masks are counted here: write 1 * ((x > 0).sum() > 0)",
    "all": "masks are counted here: write 1 * ((x <= 0).sum() < 1)",
}
"""What to write for names of NumPy's that have no row."""


def rule_of(name: str) -> Callable[..., Any]:
    """What stands for NumPy's function of this name. Raises UnknownFunction with the cure."""
    if name in NUMPY:
        return NUMPY[name]
    near = difflib.get_close_matches(name, sorted(NUMPY), 3, cutoff=0.7)
    instead = INSTEAD.get(name) or (f"did you mean np.{', np.'.join(near)}" if near else "")
    raise UnknownFunction(
        f"NumPy's {name} is not in gradcheck's function table{f': {instead}' if instead else ''}",
        f"Known are {', '.join(sorted(NUMPY))}; for anything else, gradcheck.notation.abstract stands in, "
        "or a row can be added",
    )


def called(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """NumPy's function, called. Raises Unsupported if it is given what the rule here does not know."""
    name = function.__name__
    rule = rule_of(name)
    if getattr(np, name) is not function:  # np.linalg.trace is of other axes than np.trace
        raise UnknownFunction(f"{function.__module__}.{name} is another function than np.{name}, which is known here")
    known = _signature(rule)
    given = {key: value for key, value in kwargs.items() if value is not None or key in known.parameters}
    try:
        known.bind(*args, **given)
    except TypeError as error:
        what = ", ".join(key for key in known.parameters if key != "written")
        raise Unsupported(f"np.{name}: {error}; known here are {what}") from None
    return rule(*args, **given)


@cache
def _signature(rule: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(rule)

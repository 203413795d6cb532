"""NumPy's names, and what stands for each on symbolic arrays. Every file of this folder adds its own."""

import difflib
from collections.abc import Callable
from typing import Any, TypeVar

Build = TypeVar("Build", bound=Callable[..., Any])

NUMPY: dict[str, Callable[..., Any]] = {"shape": lambda a: a.shape, "size": lambda a: a.size, "ndim": lambda a: a.ndim}
OPERATORS: dict[str, Callable[..., Any]] = {}
"""What is no function of NumPy's but a thing that arrays do: `apply` a row of the table, take an `index`."""


class UnknownFunction(TypeError):
    """A NumPy function that gradcheck has no row or rule for."""


def stands_for(*names: str) -> Callable[[Build], Build]:
    """Decorator: the function is what NumPy's functions of these names do to symbolic arrays."""

    def register(build: Build) -> Build:
        NUMPY.update(dict.fromkeys(names, build))
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
    "astype": "leave it out: masks such as x > 0 are 0 and 1",
    "item": "leave it out: a 1×1 array acts as a number",
    "copy": "leave it out: symbolic arrays never change",
    "flatten": "write x.reshape(-1)",
    "ravel": "write x.reshape(-1)",
    "max": "an array's largest entry has no row; np.maximum(x, y) of two arrays has",
    "sign": "write 2 * (x > 0) - 1",
    "inner": "write np.dot(x, y)",
    "vdot": "write np.dot(x, y)",
    "multiply": "write x * y",
}
"""What to write for names of NumPy's that have no row."""


def rule_of(name: str) -> Callable[..., Any]:
    """What stands for NumPy's function of this name. Raises UnknownFunction with the cure."""
    if name in NUMPY:
        return NUMPY[name]
    near = difflib.get_close_matches(name, sorted(NUMPY), 3)
    instead = INSTEAD.get(name) or (f"did you mean np.{', np.'.join(near)}?" if near else "")
    raise UnknownFunction(
        f"NumPy's {name} is not in gradcheck's function table{f': {instead}' if instead else ''}. Known are "
        f"{', '.join(sorted(NUMPY))}; for anything else, gradcheck.notation.abstract stands in, or a row can be added"
    )

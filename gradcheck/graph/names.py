"""NumPy's names, and what stands for each on symbolic arrays. Every file of this folder adds its own."""

import inspect
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NoReturn, TypeVar

from gradcheck.graph.cures import call_of, for_numpy, for_other
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


def rule_of(name: str, args: Sequence[Any] = ()) -> Callable[..., Any]:
    """What stands for NumPy's function of this name. Raises UnknownFunction with the cure, for what it was given."""
    if name in NUMPY:
        return NUMPY[name]
    instead = for_numpy(name.rpartition(".")[2], args)
    raise UnknownFunction(
        f"NumPy's {name} is not in gradcheck's function table{f': {instead}' if instead else ''}",
        f"Known are {', '.join(sorted(NUMPY))}; for anything else, gradcheck.notation.abstract stands in, "
        "or a row can be added",
    )


def refuse_other(name: str, *args: Any) -> NoReturn:
    """Refuse a function of torch's, JAX's or SciPy's, with what it is called here. Raises UnknownFunction."""
    cure = for_other(name.rpartition(".")[2], args) or (
        "write it with NumPy's functions and those of gradcheck.notation, whose abstract stands in for any other"
    )
    raise UnknownFunction(f"{call_of(name, args)} is no function of NumPy's: {cure}")


def name_of(function: Callable[..., Any]) -> str:
    """What NumPy's function is called behind `np.`: linalg.trace is of other axes than trace."""
    room = "linalg." if function.__module__ == "numpy.linalg" else ""
    return f"{room}{function.__name__}"


def called(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """NumPy's function, called. Raises Unsupported if it is given what the rule here does not know."""
    name = name_of(function)
    rule = rule_of(name, args)
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

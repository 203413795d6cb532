"""What does not conform is data, not an exception: a node that carries the two sizes."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from gradcheck.graph.families import Deferred
from gradcheck.graph.node import Array, Written
from gradcheck.graph.sizes import Shape, ShapeError, each


class Misfit(Deferred):
    """An expression that has no shape, and why. Only asking it for its shape raises."""

    __slots__ = ()

    verb = "misfit"
    word = "misfit"

    @property
    def error(self) -> ShapeError:
        """The two sizes that do not fit."""
        error: ShapeError = self.params[0]
        return error

    @property
    def shape(self) -> Shape:
        """Raises the ShapeError."""
        raise self.error

    @property
    def conforms(self) -> bool:
        """It does not."""
        return False


Layout = Callable[[Any, Written], Any]


def conforming(layout: Layout | None = None) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    """Decorator: a ShapeError while building becomes a Misfit node; misfits pass, since the first one is the cause.

    layout: how a call is written, if not as a call; what is given as `written` counts first.
    """

    def decorate(build: Callable[..., Array]) -> Callable[..., Array]:
        @wraps(build)
        def wrapped(*args: Any, **kwargs: Any) -> Array:
            operands = [*args, *(each(args[0]) if args else ())]
            arrays = tuple(arg for arg in operands if isinstance(arg, Array))
            written = kwargs.get("written") or _as_called(build, args, kwargs, layout)
            for array in arrays:
                if not array.conforms:
                    return Misfit(arrays, (array.error,), (), written)
            try:
                return build(*args, **kwargs)
            except ShapeError as error:
                return Misfit(arrays, (error,), (), written)

        return wrapped

    return decorate


def _as_called(
    build: Callable[..., Array], args: tuple[Any, ...], kwargs: dict[str, Any], layout: Layout | None
) -> Written:
    """What the author wrote, for what does not conform: the arrays, and the other arguments as options."""
    arguments = inspect.signature(build).bind(*args, **kwargs).arguments
    arrays = {name: value for name, value in arguments.items() if any(isinstance(a, Array) for a in each(value))}
    said = [(k, v) for k, v in arguments.items() if k not in arrays and (k == "item" or not (v is None or v is False))]
    operands = [array for value in arrays.values() for array in each(value)]
    return Written(build.__name__, tuple(operands), tuple(said), **({"layout": layout} if layout else {}))

"""What does not conform is data, not an exception: a node that carries the two sizes, or what is not supported."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, NoReturn

from gradcheck.graph.cures import for_options
from gradcheck.graph.families import Deferred
from gradcheck.graph.names import OPERATORS
from gradcheck.graph.node import Array, Written
from gradcheck.graph.refusals import Unsupported, as_data
from gradcheck.graph.sizes import Shape, ShapeError, SizeError, each
from gradcheck.graph.writing import ATOM, Piece


class Misfit(Deferred):
    """An expression that has no shape, and why. Only asking it for its shape, or for its entries, raises."""

    __slots__ = ()

    verb = "misfit"
    word = "misfit"

    @property
    def error(self) -> ShapeError | Unsupported:
        """The two sizes that do not fit, or what is not supported."""
        error: ShapeError | Unsupported = self.params[0]
        return error

    @property
    def shape(self) -> Shape:
        """Raises the ShapeError."""
        raise self.error

    @property
    def conforms(self) -> bool:
        """It does not."""
        return False

    def _raise(self, *args: Any) -> NoReturn:
        """Its reason counts before anything that could be said of symbols."""
        raise self.error

    __iter__ = __len__ = __bool__ = __float__ = __array__ = _raise


Layout = Callable[[Any, Written], Any]


def conforming(layout: Layout | None = None) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    """Decorator: a ShapeError while building becomes a Misfit node; misfits pass, since the first one is the cause.

    In a derivation that goes for what is refused, too, which counts first: it may have any shape.

    layout: how a call is written, if not as a call; what is given as `written` counts first.
    """

    def decorate(build: Callable[..., Array]) -> Callable[..., Array]:
        @wraps(build)
        def wrapped(*args: Any, **kwargs: Any) -> Array:
            operands = [*args, *(each(args[0]) if args else ())]
            arrays = tuple(arg for arg in operands if isinstance(arg, Array))
            if cure := for_options(build.__name__, kwargs):
                reason = as_data(Unsupported(cure))
                return Misfit(arrays, (reason,), (), Written(build.__name__, arrays))
            written = kwargs.get("written") or _as_called(build, args, kwargs, layout)
            reasons = [array.error for array in arrays if not array.conforms]
            if reasons:
                return Misfit(arrays, (min(reasons, key=_is_of_shapes),), (), written)
            try:
                return build(*args, **kwargs)
            except ShapeError as error:
                return Misfit(arrays, (error,), (), written)
            except (TypeError, SizeError) as error:
                return Misfit(arrays, (as_data(error),), (), written)

        return wrapped

    return decorate


def _is_of_shapes(reason: ShapeError | Unsupported) -> bool:
    return isinstance(reason, ShapeError)


def refused(error: Exception, word: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Array:
    """What an author wrote and nothing here has a rule for; raises the error where no derivation runs."""
    reason = as_data(error)
    arrays = tuple(a for arg in args for a in each(arg) if isinstance(a, Array))
    said = (("args", args), ("kwargs", kwargs))
    return Misfit(arrays, (reason,), (), Written(word, arrays, said, _as_refused))


OPERATORS["refused"] = refused


def _as_refused(style: Any, written: Written) -> Piece:
    inner = [_argument(style, arg) for arg in written.option("args")]
    inner += [f"{style.word(key)}={_argument(style, value)}" for key, value in written.option("kwargs").items()]
    return style.call(written.word, inner), ATOM


def _argument(style: Any, value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(str(_argument(style, item)) for item in value)}]"
    words: str = style.thing(value)
    return words


def _as_called(
    build: Callable[..., Array], args: tuple[Any, ...], kwargs: dict[str, Any], layout: Layout | None
) -> Written:
    """What the author wrote, for what does not conform: the arrays, and the other arguments as options."""
    arguments = inspect.signature(build).bind(*args, **kwargs).arguments
    arrays = {name: value for name, value in arguments.items() if any(isinstance(a, Array) for a in each(value))}
    said = [(k, v) for k, v in arguments.items() if k not in arrays and (k == "item" or not (v is None or v is False))]
    operands = [array for value in arrays.values() for array in each(value)]
    written = Written(build.__name__, tuple(operands), tuple(said))
    return replace(written, layout=layout) if layout else written

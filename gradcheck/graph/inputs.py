"""Inputs: named arrays that values are drawn for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextvars import ContextVar, Token
from typing import Any

from gradcheck.graph.domains import Domain
from gradcheck.graph.families import Leaf
from gradcheck.graph.node import Array, Examples, Number
from gradcheck.graph.sizes import SizeError, as_size
from gradcheck.graph.walks import walk
from gradcheck.graph.writing import ATOM, Piece


class Input(Leaf):
    """A named array that values are drawn for: `params` are the name, the sizes and the domain."""

    __slots__ = ()

    verb = "given"
    forgets_numbering = True
    is_by_entry = True
    examples: Examples = (lambda matrix: matrix,)

    @property
    def name(self) -> str:
        """What the author called it."""
        return str(self.params[0])

    @property
    def domain(self) -> Domain:
        """What values its entries may take."""
        domain: Domain = self.params[2]
        return domain

    def is_rational(self, number: Number) -> bool:
        """A variable, if it moves a little, as labels do not."""
        return self.domain.is_open

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """As the domain says."""
        return not self.domain.has_zero

    @property
    def vocabulary(self) -> Iterable[str]:
        """Its name, too."""
        return (self.name, *super().vocabulary)

    def write(self, style: Any) -> Piece:
        """Its name."""
        return style.label(self.name), ATOM


def make_input(name: str, sizes: Sequence[Any], domain: Domain) -> Input:
    """An input array of the shape `sizes`. Raises SizeError for a size that cannot be one."""
    if not str(name).strip() or not isinstance(name, str):
        raise SizeError(f"an input's first argument is its name, a text such as 'W1', not {name!r}")
    try:
        shape = tuple(as_size(size) for size in sizes)
    except SizeError as error:
        raise SizeError(f"{domain}({name!r}, …): {error}") from None
    node, shared = Input((), (name, shape, domain), shape), _SHARED.get()
    return node if shared is None else shared.one_of(node)


class SharedInputs:
    """Inputs that mean the same in several runs of one function: what a run makes anew is that of the first run.

    A context manager: it holds for the inputs that are made inside.
    """

    def __init__(self, first: dict[int, list[Input]] | None = None) -> None:
        self._first: dict[int, list[Input]] = {} if first is None else first
        self._made: Counter[int] = Counter()
        self._tokens: list[Token[SharedInputs | None]] = []

    def again(self) -> "SharedInputs":
        """For another run."""
        return SharedInputs(self._first)

    def one_of(self, node: Input) -> Input:
        """The input for one that this run makes: of several that are declared alike, the one of the same number."""
        alike = self._first.setdefault(node.key, [])
        self._made[node.key] += 1
        if len(alike) < self._made[node.key]:
            alike.append(node)
        return alike[self._made[node.key] - 1]

    def __enter__(self) -> None:
        self._tokens.append(_SHARED.set(self))

    def __exit__(self, *raised: object) -> None:
        _SHARED.reset(self._tokens.pop())


_SHARED: ContextVar[SharedInputs | None] = ContextVar("inputs that other runs made", default=None)


def varying(roots: Iterable[Array]) -> set[int]:
    """The keys of what depends on an input, in the graphs."""
    found: set[int] = set()
    for node in walk(*roots):
        if isinstance(node, Input) or any(arg.key in found for arg in node.args):
            found.add(node.key)
    return found


def inputs_of(roots: Iterable[Array]) -> list[Input]:
    """The inputs of the graphs, by name."""
    return sorted((node for node in walk(*roots) if isinstance(node, Input)), key=lambda node: node.name)

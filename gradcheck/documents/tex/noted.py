"""What was read of a page, as data: its steps, its claims, and all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gradcheck.documents.tex.pages import Page
from gradcheck.documents.tex.tree import Span


@dataclass(frozen=True)
class NotedStep:
    """One right-hand side of the page. kind: "step", "definition", "unread" or "no claim".

    place, relation: where it stands, and the sign in front of it. read_as: its source in Python. why: why it is not
    read, or is no claim. notes: what was decided. doubt: what the page supposes that may make it right where it does
    not hold for all values.
    """

    kind: str
    place: Span
    relation: Span
    line: int
    tex: str
    read_as: str = ""
    why: str = ""
    notes: tuple[str, ...] = ()
    left: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class NotedClaim:
    """What becomes one claim of the module: the steps that were read of a statement.

    instances: source of the target and of each step; one, or one for each number of a step in time or depth. at: these
    numbers, in words.
    """

    line: int
    steps: tuple[NotedStep, ...]
    instances: tuple[tuple[str, ...], ...]
    at: str = ""


@dataclass
class Notes:
    """What was read of a page."""

    page: Page
    sizes: Mapping[str, str]
    letters: Mapping[str, str]
    inputs: Sequence[str]
    definitions: Sequence[str]
    claims: Sequence[NotedClaim]
    others: Sequence[NotedStep]
    assumed: Mapping[str, str]
    missing: Mapping[str, tuple[str, int]]
    remarks: Sequence[str]
    broadcasts: bool = False
    larger: Mapping[str, str] = field(default_factory=dict)
    made_sizes: Mapping[str, str] = field(default_factory=dict)

    @property
    def steps(self) -> Iterator[NotedStep]:
        """All right-hand sides that state something, in their order."""
        found = [step for claim in self.claims for step in claim.steps]
        found += [step for step in self.others if step.kind != "no claim"]
        return iter(sorted(found, key=lambda step: step.place))

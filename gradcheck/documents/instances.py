"""What a derivation says: its claims on every draw of its structure, grouped by the place they are yielded from.

A claim inside a loop over layers, or one that is yielded again for another structure, is one claim of the document with
many instances. It is known by its `yield`, its `at` and the number of its steps, and all instances must hold.
"""

import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from gradcheck import printing
from gradcheck.documents.claims import Claim, Step
from gradcheck.documents.derivations import Derivation
from gradcheck.documents.errors import DerivationError
from gradcheck.documents.impossible import CURE, why_impossible
from gradcheck.documents.misuse import cure_of_size
from gradcheck.documents.symmetric import refuse_unless_used
from gradcheck.graph import (
    Array,
    Input,
    ShapeError,
    ShapeOf,
    SizeError,
    Unsupported,
    each_written,
    misfit_of,
    size_symbols,
    strict_misfit,
)
from gradcheck.limits import LONGER_CURE, MORE_CURE, OutOfTime, is_from_a_person
from gradcheck.sampling import choices
from gradcheck.verdicts import LimitReached, Mistake, Problem, relative, shortened

LONGEST_TARGET = 200
"""How long the text may be that a claim is known by."""


@dataclass(frozen=True, eq=False)
class Run:
    """One choice of structure and what the derivation claimed for it."""

    structure: Mapping[str, Any]
    claims: list[Claim] = field(default_factory=list)

    def graphs(self) -> list[Array]:
        """Every array of every claim."""
        return [graph for claim in self.claims for graph in graphs_of(claim)]

    def printed(self) -> list[Array]:
        """Every array of every claim as the document has it, without what is said to be right instead."""
        right = {id(form) for claim in self.claims for step in claim.steps for form in step.forms[1:]}
        return [graph for graph in self.graphs() if id(graph) not in right]

    def graphs_beside(self, step: Step) -> list[Array]:
        """The same without what is said to be right instead of a step."""
        right = {id(form) for form in step.forms[1:]}
        return [graph for graph in self.graphs() if id(graph) not in right]


@dataclass
class ClaimGroup:
    """The instances of one claim. The text is that of the first instance."""

    target: str
    at: str
    line: int
    first_index: int
    instances: list[tuple[Run, Claim]]

    @property
    def claim(self) -> Claim:
        """The first instance."""
        return self.instances[0][1]

    def beside(self, position: int) -> "ClaimGroup":
        """The claim in which a step is judged: a left-hand side is held against what stands first at the right."""
        if not self.claim.steps[position].is_left:
            return self
        instances = [(run, replace(claim, target=claim.steps[0].forms[-1])) for run, claim in self.instances]
        return replace(self, instances=instances)

    @property
    def telling(self) -> Claim:
        """The first instance in which what is printed in marked steps is another formula than what is right."""
        kinds = [step.kind for step in self.claim.steps]
        alike = (claim for _, claim in self.instances if [step.kind for step in claim.steps] == kinds)
        return next((claim for claim in alike if all(map(_is_telling, claim.steps))), self.claim)


def _is_telling(step: Step) -> bool:
    return len({getattr(form, "key", form) for form in step.forms}) == len(step.forms)


def graphs_of(claim: Claim) -> list[Array]:
    """The arrays of a claim: its target, all forms of its steps, and what these may mean."""
    target = claim.target.array if isinstance(claim.target, ShapeOf) else claim.target
    formulas = [target, *(form for step in claim.steps for form in step.forms)]
    formulas += (array for readings in claim.readings.values() for array in readings.each.values())
    return [formula for formula in formulas if isinstance(formula, Array)]


def read(derivation: Derivation, examples: int) -> tuple[list[Run], list[ClaimGroup], list[Problem]]:
    """Run the derivation on draws of its structure. What was yielded before a problem is kept."""
    runs: list[Run] = []
    problems: list[Problem] = []
    structure: Mapping[str, Any] = {}
    try:
        for structure in _structures(derivation, examples):
            run = Run(structure)
            runs.append(run)
            problems += _claimed(run, derivation)
        if not problems:
            refuse_unless_used(derivation.symmetric, [graph for run in runs for graph in run.graphs()], derivation.line)
    except (Exception, OutOfTime) as error:  # a strategy may be the author's own
        problems.append(_problem(derivation, error, structure))
    problems = sorted(dict.fromkeys(problems), key=lambda problem: problem.line)
    return runs, _groups(runs), problems


def _claimed(run: Run, derivation: Derivation) -> Iterator[Problem]:
    """Let the derivation say its claims. Whatever it raises ends this run of it, and neither the others nor ours."""
    try:
        for claim in derivation.claims(**run.structure):
            run.claims.append(claim)
        _one_meaning_a_name(run, derivation)
    except OutOfTime:
        raise
    except BaseException as error:  # sys.exit() is no Exception
        if is_from_a_person(error):
            raise
        yield _problem(derivation, error, run.structure)
    yield from _impossible(run, derivation)
    yield from (_not_supported(derivation, reason) for reason in _refusals(run))


def _impossible(run: Run, derivation: Derivation) -> Iterator[Problem]:
    """Leave out the claims that no sizes fulfil, or all where none fulfil them together."""
    misfit = misfit_of if derivation.broadcast else strict_misfit

    def why(*claims: Claim) -> str:
        return why_impossible([graph for claim in claims for graph in graphs_of(claim) if misfit(graph) is None])

    if not why(*run.claims):
        return
    reasons = {id(claim): why(claim) for claim in run.claims}
    file, alone = relative(derivation.file), [claim for claim in run.claims if reasons[id(claim)]]
    yield from (Problem(file, claim.line, reasons[id(claim)], CURE) for claim in alone)
    run.claims[:] = [claim for claim in run.claims if not reasons[id(claim)]]
    if together := why(*run.claims):
        yield Problem(file, derivation.line, f"{derivation.name}: {together}", CURE)
        run.claims.clear()


def _structures(derivation: Derivation, examples: int) -> list[dict[str, Any]]:
    if not derivation.structure:
        return [{}]
    drawn = choices.draws(st.fixed_dictionaries(dict(derivation.structure)), examples, derivation.name)
    distinct: list[dict[str, Any]] = []
    for structure in drawn:
        if structure not in distinct:
            distinct.append(structure)
    return distinct


def _groups(runs: Iterable[Run]) -> list[ClaimGroup]:
    groups: dict[tuple[int, str, int, bool], ClaimGroup] = {}
    used: dict[str, int] = {}
    for run in runs:
        for claim in run.claims:
            key = (claim.site, claim.at, len(claim.steps), isinstance(claim.target, ShapeOf))
            if key not in groups:
                # An id has to fit into a line, and into the environment of a process.
                target = shortened(printing.source(claim.target, claim.names), LONGEST_TARGET)
                groups[key] = ClaimGroup(target, claim.at, claim.line, used.get(target, 0), [])
                used[target] = used.get(target, 0) + len(claim.steps)
            groups[key].instances.append((run, claim))
    for group in groups.values():
        group.instances = _marked_alike(group.instances)
    return sorted(groups.values(), key=lambda group: group.line)


def _marked_alike(instances: list[tuple[Run, Claim]]) -> list[tuple[Run, Claim]]:
    """Instances of a claim whose steps are marked in all of them if in one.

    A cause makes no difference in some instances, as L for ℓ in the last layer: what is printed there is right.
    """
    each = zip(*(claim.steps for _, claim in instances), strict=True)
    mistakes = [tuple(dict.fromkeys(mistake for step in steps for mistake in step.mistakes)) for steps in each]
    return [(run, replace(claim, steps=tuple(map(_marked, claim.steps, mistakes)))) for run, claim in instances]


def _marked(step: Step, mistakes: tuple[Mistake, ...]) -> Step:
    return replace(step, forms=(step.forms[0], step.forms[-1]), mistakes=mistakes) if mistakes else step


def _problem(derivation: Derivation, error: BaseException, structure: Mapping[str, Any]) -> Problem:
    file = relative(derivation.file)
    if isinstance(error, DerivationError):
        return Problem(file, error.line or derivation.line, error.what, error.cure)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == derivation.file]
    line = (frames[-1].lineno if frames else None) or derivation.line
    if isinstance(error, Unsupported) and error.places:
        line = _not_supported(derivation, error).line
    own = isinstance(error, (ShapeError, SizeError, Unsupported, OutOfTime))
    text = f"{error}{cure_of_size(str(error))}"
    what = text if own else f"{type(error).__name__}{': ' if text else ''}{text}"
    drawn = f" (with {', '.join(f'{k}={v!r}' for k, v in structure.items())})" if structure else ""
    cures = {OutOfTime: LONGER_CURE, MemoryError: MORE_CURE}
    limit = next((cure for kind, cure in cures.items() if isinstance(error, kind)), "")
    rest = f"the claims before this line are judged; {limit or 'mend it to judge the rest'}"
    kind = LimitReached if limit else Problem
    return kind(file, line, what + drawn, f"{derivation.name} stopped here: {rest}")


def _refusals(run: Run) -> list[Unsupported]:
    """What is not supported in the claims, each once."""
    reasons = (misfit_of(graph) for graph in run.graphs())
    return list(dict.fromkeys(reason for reason in reasons if isinstance(reason, Unsupported)))


def _not_supported(derivation: Derivation, reason: Unsupported) -> Problem:
    own = (line for file, line in reason.places if file == derivation.file)
    cure = "not supported: the claims that it does not occur in are judged, mend it to judge the others"
    return Problem(relative(derivation.file), next(own, derivation.line), str(reason), cure)


def _one_meaning_a_name(run: Run, derivation: Derivation) -> None:
    """Two inputs of one name, or a size and an input of one name, would be taken for each other."""
    graphs = run.graphs()
    sizes = {symbol.name for symbol in size_symbols(graphs)}
    seen: dict[str, Input] = {}
    for node in (node for node in each_written(graphs) if isinstance(node, Input)):
        if node.name in sizes:
            what, cure = f"{node.name} is the name of a size and of an input", "give the input or the size another name"
            raise DerivationError(what, cure, derivation.line)
        if seen.setdefault(node.name, node) is not node:
            cure = "make each input once and use the variable, or give the second one a name of its own"
            raise DerivationError(f"two inputs are called {node.name!r}", cure, derivation.line)

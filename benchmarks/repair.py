"""How many wrong formulas are corrected, and how fast: random edits of true steps, and what documents print wrongly.

    python benchmarks/repair.py [--singles N] [--doubles N] [--printed] [--seed S] [--verbose]

Edits are made in the text of a step, by Python's own syntax tree, so that nothing is shared with the search: a step of
`derivations/` is written as NumPy source, edited there, and evaluated again. What is edited back to something true is
no case. A case is corrected if a correction is found that all oracles prove; `original` are those that are the step
itself or have no more symbols than it. Seconds are those of a processor.
"""

from __future__ import annotations

import argparse
import ast
import copy
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck import notation, printing
from gradcheck.documents.claims import Claim, Step
from gradcheck.documents.derivations import Derivation
from gradcheck.documents.files import load
from gradcheck.documents.instances import ClaimGroup, Run, read
from gradcheck.graph import Array, ShapeOf, inputs_of, size_symbols, walk
from gradcheck.graph.refusals import refusals_as_data
from gradcheck.judging.mistakes import symbols_of
from gradcheck.judging.oracles import large_sizes, misfit
from gradcheck.judging.repairs import Repair, repair
from gradcheck.judging.steps import Judge
from gradcheck.proofs.prime_field import PrimePoint
from gradcheck.verdicts import Answer

DERIVATIONS = Path(__file__).parent.parent / "derivations"
LONGEST, SHORTEST = 60, 3
"""Steps of so many nodes of syntax are edited."""
TRIES = 60


@dataclass
class Place:
    """A true step: where it stands, and what its text may be made of."""

    judge: Judge
    run: Run
    group: ClaimGroup
    claim: Claim
    position: int
    formula: Array
    tree: ast.expr
    names: list[str]
    sizes: list[str]
    space: dict[str, Any]

    def evaluated(self, tree: ast.expr) -> Array:
        with refusals_as_data():
            found = eval(
                compile(ast.fix_missing_locations(ast.Expression(copy.deepcopy(tree))), "step", "eval"), self.space
            )
        if not isinstance(found, Array):
            raise TypeError("a number")
        return found

    def printing(self, wrong: Array) -> Place:
        """The place in a document that prints a wrong formula there, and the true one nowhere in this claim."""
        step = Step((wrong,))
        steps = tuple(step if s.forms[-1].key == self.formula.key else s for s in self.claim.steps)
        claim = replace(self.claim, steps=steps[: self.position + 1])
        own = (claim.site, id(claim.target))
        told = [claim if (c.site, id(c.target)) == own else c for c in self.run.claims]
        assert any(c is claim for c in told)
        run = Run(self.run.structure, told)
        judge, there = copy.copy(self.judge), copy.copy(self.judge.places[self.run])
        there.run, judge.places = run, {run: there}
        judge.signs = {there: self.judge.signs[self.judge.places[self.run]]}
        return replace(self, judge=judge, run=run, group=replace(self.group, instances=[(run, claim)]), claim=claim)

    def is_true(self, formula: Array) -> bool:
        if misfit(formula, self.judge.derivation.broadcast):
            return False
        graphs = [self.claim.target, formula]
        sizes = large_sizes(graphs)
        point = PrimePoint(inputs_of(graphs), sizes) if sizes is not None else None
        return point is None or point.compare(self.claim.target, formula).answer is Answer.PROVED


@dataclass(frozen=True)
class Case:
    """has_inverse: whether one edit of the search's set for each edit here leads back."""

    kind: str
    place: Place
    wrong: Array
    has_inverse: bool


# ---- edits of syntax -------------------------------------------------------------------------------------------------

Editor = Callable[[ast.expr, Place, random.Random], ast.expr | None]


def _name(place: Place, rng: random.Random) -> ast.expr:
    return ast.parse(rng.choice(place.names), mode="eval").body


def _is_array(node: ast.expr, place: Place) -> bool:
    try:
        return isinstance(place.evaluated(node), Array)
    except Exception:
        return False


def transposed(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load()) if _is_array(node, place) else None


def operator(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    swapped = {ast.Mult: ast.MatMult, ast.MatMult: ast.Mult, ast.Add: ast.Sub, ast.Sub: ast.Add}
    if not isinstance(node, ast.BinOp) or type(node.op) not in swapped:
        return None
    return ast.BinOp(node.left, swapped[type(node.op)](), node.right)


def order(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, (ast.MatMult, ast.Sub)):
        return None
    return ast.BinOp(node.right, node.op, node.left)


def lost(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    """A factor, a term, a divisor or an exponent."""
    if not isinstance(node, ast.BinOp):
        return None
    return node.left if isinstance(node.op, (ast.Div, ast.Pow)) or rng.random() < 0.5 else node.right


def symbol(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    if not isinstance(node, (ast.Name, ast.Subscript)) or ast.unparse(node) not in place.names:
        return None
    return _name(place, rng)


def size_more(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    if not place.sizes or not _is_array(node, place):
        return None
    size = ast.Name(rng.choice(place.sizes), ast.Load())
    return ast.BinOp(size, ast.Mult(), node) if rng.random() < 0.5 else ast.BinOp(node, ast.Div(), size)


def size_other(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    if not isinstance(node, ast.Name) or node.id not in place.sizes:
        return None
    return ast.Name(rng.choice(place.sizes), ast.Load())


def activation(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    """Left out, or a function for its derivative and back."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or len(node.args) != 1:
        return None
    name = node.func.id
    other = name.removesuffix("_prime") if name.endswith("_prime") else f"{name}_prime"
    if rng.random() < 0.5 or other not in place.space:
        return node.args[0]
    return ast.Call(ast.Name(other, ast.Load()), node.args, [])


def sign(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand
    return ast.UnaryOp(ast.USub(), node) if _is_array(node, place) else None


def square(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return node.left
    return ast.BinOp(node, ast.Pow(), ast.Constant(2)) if _is_array(node, place) else None


def total(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    """A sum that is lost, or over another axis, or without its keepdims."""
    if (
        not isinstance(node, ast.Call)
        or not isinstance(node.func, ast.Attribute)
        or node.func.attr not in ("sum", "mean")
    ):
        return None
    kind = rng.choice(("lost", "axis", "keepdims", "word"))
    if kind == "lost":
        return node.func.value
    if kind == "word":
        return ast.Call(
            ast.Attribute(node.func.value, "mean" if node.func.attr == "sum" else "sum", ast.Load()), [], node.keywords
        )
    kept = [word for word in node.keywords if word.arg != kind]
    if kind == "axis" and len(kept) < len(node.keywords):
        old = next(word.value for word in node.keywords if word.arg == "axis")
        kept.append(
            ast.keyword(
                "axis", ast.Constant(1 - old.value if isinstance(old, ast.Constant) and old.value in (0, 1) else 0)
            )
        )
    return ast.Call(node.func, [], kept)


def factor(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    return ast.BinOp(node, ast.Mult(), _name(place, rng)) if _is_array(node, place) else None


def term(node: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    return ast.BinOp(node, rng.choice((ast.Add(), ast.Sub())), _name(place, rng)) if _is_array(node, place) else None


EDITORS: dict[str, Editor] = {
    edit.__name__: edit
    for edit in (
        transposed, operator, order, lost, symbol, size_more, size_other, activation, sign, square, total, factor, term,
    )
}  # fmt: skip


class _Replaced(ast.NodeTransformer):
    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


def edited(kind: str, tree: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    """The tree with one edit of a kind at a random place where there is one."""
    if kind == "renaming":
        return renamed(tree, place, rng)
    tree = copy.deepcopy(tree)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.expr) and not isinstance(node, ast.Slice)]
    rng.shuffle(nodes)
    for node in nodes:
        new = EDITORS[kind](node, place, rng)
        if new is not None:
            found = _Replaced(node, new).visit(tree)
            assert isinstance(found, ast.expr)
            return found
    return None


def renamed(tree: ast.expr, place: Place, rng: random.Random) -> ast.expr | None:
    """A symbol that stands in several places becomes another one in all of them."""
    counts = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in place.names)
    several = sorted(name for name, count in counts.items() if count > 1)
    plain = [name for name in place.names if name.isidentifier()]
    if not several or not plain:
        return None
    old, new, tree = rng.choice(several), rng.choice(plain), copy.deepcopy(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == old:
            node.id = new
    return tree


KINDS = (*EDITORS, "renaming")


def leads_back(kind: str, tree: ast.expr, new: ast.expr) -> bool:
    """Whether one edit leads back: what is lost was no more than a symbol, and what was renamed is still apart."""
    if kind == "lost":
        return len(_words(tree)) - len(_words(new)) <= 1
    return kind != "renaming" or len(set(_words(tree))) == len(set(_words(new)))


def _words(tree: ast.expr) -> list[str]:
    return re.findall(r"(?<![.\w])\w+", ast.unparse(tree))


# ---- steps -----------------------------------------------------------------------------------------------------------


def derivations() -> Iterator[Derivation]:
    for file in sorted(DERIVATIONS.glob("*.py")):
        yield from load(file).derivations


def places(derivation: Derivation) -> Iterator[Place]:
    runs, groups, _ = read(derivation, 2)
    judge = Judge(derivation, runs, 2)
    for group in groups:
        run, claim = group.instances[0]
        if not isinstance(claim.target, ShapeOf) and not misfit(claim.target, derivation.broadcast):
            for position in range(len(claim.steps)):
                if (place := _place(judge, run, group, claim, position)) is not None:
                    yield place


def _place(judge: Judge, run: Run, group: ClaimGroup, claim: Claim, position: int) -> Place | None:
    """The step as text that means the same; None if it is not one in Python."""
    formula = claim.steps[position].forms[-1]
    source = printing.source(formula, claim.names).replace("′", "_prime")
    graphs = [graph for graph in run.graphs() if not misfit(graph, judge.derivation.broadcast)]
    known = {node.key for node in inputs_of([claim.target, formula])}
    symbols = [s for s in symbols_of(graphs, claim.names) if {node.key for node in inputs_of([s])} <= known]
    named = {claim.names[id(s)]: s for s in symbols if s.key != claim.target.key}
    sizes = {str(size): size for size in size_symbols(graphs)}
    try:
        tree = ast.parse(source, mode="eval").body
    except SyntaxError:
        return None
    count = sum(1 for node in ast.walk(tree) if isinstance(node, ast.expr))
    if not SHORTEST <= count <= LONGEST or not named:
        return None
    texts = (tree, sorted(named), sorted(sizes), _space(graphs, named, sizes))
    place = Place(judge, run, group, claim, position, formula, *texts)
    try:
        again = place.evaluated(tree)
    except Exception:
        return None
    return place if again.conforms and place.is_true(again) and place.is_true(formula) else None


def _space(graphs: Sequence[Array], named: dict[str, Array], sizes: dict[str, Any]) -> dict[str, Any]:
    rows = {node.params[0] for node in walk(*graphs) if node.verb == "elementwise"}
    functions = {row.name.replace("′", "_prime"): row for row in rows}
    functions |= {f"{row.name}_prime": row.prime for row in rows if row.arity == 1 and not row.name.endswith("′")}
    space: dict[str, Any] = {name: getattr(notation, name) for name in notation.__all__} | {
        name: getattr(np, name) for name in ("vstack", "hstack", "concatenate")
    }
    space |= functions | sizes
    for name, node in named.items():
        if match := re.fullmatch(r"(\w+)\[(\w+)\]", name):
            space.setdefault(match[1], {})
            if isinstance(space[match[1]], dict):
                space[match[1]][int(match[2]) if match[2].isdigit() else match[2]] = node
        else:
            space[name] = node
    return space


def cases(pool: Sequence[Place], edits: int, count: int, rng: random.Random) -> Iterator[Case]:
    """Wrong formulas, each kind of edit in turn."""
    seen: set[tuple[int, str]] = set()
    for number in range(count * TRIES):
        if len(seen) == count:
            return
        kinds = [KINDS[number % len(KINDS)], *(rng.choice(KINDS) for _ in range(edits - 1))]
        place, tree = rng.choice(pool), None
        try:
            tree, has_inverse = place.tree, True
            for kind in kinds:
                new = edited(kind, tree, place, rng) if tree is not None else None
                has_inverse = has_inverse and new is not None and leads_back(kind, tree, new)
                tree = new
            wrong = place.evaluated(tree) if tree is not None else None
            if wrong is None or place.is_true(wrong) or not _is_of_shapes(wrong):
                continue
        except Exception:
            continue
        text = ast.unparse(tree)
        if (id(place), text) not in seen:
            seen.add((id(place), text))
            yield Case(" + ".join(kinds), place, wrong, has_inverse)


def _is_of_shapes(wrong: Array) -> bool:
    """What is refused for another reason is nothing that anybody printed."""
    return wrong.conforms or type(wrong.error).__name__ == "ShapeError"


# ---- what is measured ------------------------------------------------------------------------------------------------


@dataclass
class Row:
    kind: str
    has_inverse: bool
    found: bool
    original: bool
    seconds: float
    text: str


def corrected(case: Case) -> Row:
    place = case.place.printing(case.wrong)
    start = time.thread_time()
    result = repair(place.judge, place.group, place.position)
    seconds = time.thread_time() - start
    names = place.claim.names
    text = f"{printing.source(case.wrong, names)}   <-   {printing.source(place.formula, names)}"
    text += "".join(f"   FOUND {one.source} {one.edits}" for one in result.corrections[:1])
    if result.is_over_time:
        text += "   (limit)"
    return Row(case.kind, case.has_inverse, bool(result.corrections), _is_original(result, place), seconds, text)


def _is_original(result: Repair, place: Place) -> bool:
    """Whether the first correction is the step, or has no more symbols."""
    length = _symbols(place.formula, place)
    return any(
        one.formula.key == place.formula.key or _symbols(one.formula, place) <= length for one in result.corrections
    )


def _symbols(formula: Array, place: Place) -> int:
    return len(re.findall(r"(?<![.\w])\w+", printing.source(formula, place.claim.names)))


def printed() -> Iterator[Row]:
    """What the documents print wrongly about values."""
    for derivation in derivations():
        runs, groups, _ = read(derivation, 5)
        judge = Judge(derivation, runs, 5)
        for group in groups:
            for position, step in enumerate(group.claim.steps):
                if step.kind != "step" and not isinstance(group.claim.target, ShapeOf):
                    start = time.thread_time()
                    result = repair(judge, group, position)
                    seconds = time.thread_time() - start
                    keys = {one.formula.key for one in result.corrections}
                    wrong, right = (printing.source(form, group.claim.names) for form in step.forms[:2])
                    text = f"{derivation.name}: {wrong}   <-   {right}"
                    text += "".join(f"   FOUND {one.source} {one.edits}" for one in result.corrections[:1])
                    text += "   (limit)" * result.is_over_time
                    yield Row(step.kind, True, bool(keys), step.forms[1].key in keys, seconds, text)


def measured(rows: Iterable[Row], verbose: bool) -> list[Row]:
    """All rows; what is missed is shown as soon as it is."""
    found = []
    for row in rows:
        found.append(row)
        if verbose and not row.original:
            words = "longer" if row.found else "missed"
            print(f"    {len(found)}, {words}, {row.kind}: {row.seconds:.1f} s, {row.text[:600]}", flush=True)
    return found


def show(title: str, rows: Sequence[Row]) -> None:
    if not rows:
        return
    times = sorted(row.seconds for row in rows)
    print(f"{title}: median {statistics.median(times):.2f} s, worst {times[-1]:.1f} s")
    for words, some in (("all", rows), ("an inverse is in the set", [row for row in rows if row.has_inverse])):
        found, original = sum(row.found for row in some), sum(row.original for row in some)
        shares = f"corrected {found / len(some):.1%}, to the original or no longer {original / len(some):.1%}"
        print(f"  {words}: {len(some)}, {shares}")
    missed = Counter(row.kind for row in rows if not row.found)
    every = Counter(row.kind for row in rows)
    if missed:
        print("  missed:", ", ".join(f"{kind} {count} of {every[kind]}" for kind, count in missed.most_common(12)))
    longer = Counter(row.kind for row in rows if row.found and not row.original)
    if longer:
        print("  longer:", ", ".join(f"{kind} {count} of {every[kind]}" for kind, count in longer.most_common(12)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--singles", type=int, default=1000)
    parser.add_argument("--doubles", type=int, default=500)
    parser.add_argument("--printed", action="store_true", help="what the documents print wrongly")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true", help="show what is missed, as it happens")
    args = parser.parse_args()
    start = time.perf_counter()
    if args.singles or args.doubles:
        pool = [place for derivation in derivations() for place in places(derivation)]
        print(f"{len(pool)} true steps, read in {time.perf_counter() - start:.0f} s", flush=True)
        for title, edits, count in (("single edits", 1, args.singles), ("double edits", 2, args.doubles)):
            rng = random.Random(f"{args.seed} {title}")
            show(title, measured(map(corrected, cases(pool, edits, count, rng)), args.verbose))
    if args.printed:
        rows = measured(printed(), args.verbose)
        for kind in ("misprint", "abuse"):
            show(f"printed, {kind}", [row for row in rows if row.kind == kind])


if __name__ == "__main__":
    main()

"""Another convention for derivatives by matrices of a kind, such as symmetric ones, than that of the claim.

Two of them have names in claims, for symmetric matrices. The others are what a claim can say of the gradient itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from gradcheck.graph import Array, derivatives_in, identity
from gradcheck.graph.definite import is_symmetric
from gradcheck.graph.orthonormal import is_orthonormal
from gradcheck.graph.positional import tril, triu
from gradcheck.graph.symmetric_changes import along_symmetric_changes, by_each_entry, symmetric_derivatives
from gradcheck.graph.triangular import is_triangular
from gradcheck.judging.causes.trial import Cause, Trial
from gradcheck.verdicts import BY_SYMMETRIC, CHANGES, ENTRIES

Others = Iterator[tuple[Array, str, str]]
"""What a derivative G by a matrix may be meant to be, how it is right then, and what to claim; {} for the matrix."""
TURNED = {ENTRIES: (CHANGES, along_symmetric_changes), CHANGES: (ENTRIES, by_each_entry)}
"""The other one of the conventions that claims name, and what makes a side of a claim mean that."""


def a_convention(trial: Trial) -> Iterator[Cause]:
    """The step is right along other changes of a matrix than those that the claim is about."""
    whole = trial.target
    if trial.is_ill_shaped:
        return
    yield from _named(trial)
    for by in (node.args[1] for node in derivatives_in(whole)):
        claimed = BY_SYMMETRIC[trial.claim.symmetric if is_symmetric(by) else ENTRIES].format("")
        for other, how, cure in _others(whole, by) if by.shape == whole.shape else ():
            words = f"it is right {how}, and the claim is {claimed}: claim {cure} of the gradient G"
            yield from _right(trial, words.replace("{}", trial.says("{}", by)), (trial.formula, other))


def _named(trial: Trial) -> Iterator[Cause]:
    """Both sides by the other convention that a claim may name."""
    if by := symmetric_derivatives(trial.target, trial.formula):
        other, turn = TURNED[trial.claim.symmetric]
        matrices = ", ".join(dict.fromkeys(trial.says("{}", node.args[1]) for node in by))
        right, claimed = (BY_SYMMETRIC[name] for name in (other, trial.claim.symmetric))
        words = f"it is right {right.format(f' of {matrices}')}, and the claim is {claimed.format('')}"
        words += f': if that is meant, write claim(…, symmetric="{other}")'
        yield from _right(trial, words, (turn(trial.formula), turn(trial.target)))


def _right(trial: Trial, words: str, sides: tuple[Array, Array]) -> Iterator[Cause]:
    """The cause, if these two are the same. Nothing else is right in the place of the step."""
    yield from (replace(cause, right=None) for cause in trial.causes("convention", words, trial.target, sides=sides))


def _others(whole: Array, by: Array) -> Others:
    for convention in CONVENTIONS:
        yield from convention(whole, by)


def _symmetric(whole: Array, by: Array) -> Others:
    """By the entries on one side of the diagonal, of which those on the other are copies (Matrix Cookbook, 138)."""
    if by.ndim == 2 and is_symmetric(by):
        one_side = whole + whole.T - whole * identity(whole.shape[0])
        yield one_side, "by the entries of {} on and below the diagonal", "G + G.T - G * identity(n)"


def _triangular(whole: Array, by: Array) -> Others:
    """By the entries on one side of the diagonal, where the others stay 0."""
    for upper, triangle in ((False, tril), (True, triu)):
        if is_triangular(by, upper):
            yield triangle(whole), "along triangular changes of {}", f"np.{triangle.__name__}(G)"


def _orthonormal(whole: Array, by: Array) -> Others:
    """The tangent part, by the scalar product of the space around or the canonical one (Edelman et al., 1998, 2.4)."""
    if not is_orthonormal(by):
        return
    if by.ndim == 1:
        yield whole - by * (by @ whole), "along changes that keep {} of the length 1", "G - {} * ({} @ G)"
        return
    how = "along changes that keep the columns of {} orthonormal"
    yield whole - by @ (by.T @ whole + whole.T @ by) / 2, how, "G - {} @ ({}.T @ G + G.T @ {}) / 2"
    yield whole - by @ whole.T @ by, f"{how}, by the canonical metric", "G - {} @ G.T @ {}"


CONVENTIONS: tuple[Callable[[Array, Array], Others], ...] = (_symmetric, _triangular, _orthonormal)

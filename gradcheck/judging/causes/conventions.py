"""Another convention for derivatives by matrices of a kind, such as symmetric ones, than that of the claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from gradcheck.graph import Array, derivatives_in, identity
from gradcheck.graph.definite import is_symmetric
from gradcheck.graph.orthonormal import is_orthonormal
from gradcheck.graph.positional import tril, triu
from gradcheck.graph.triangular import is_triangular
from gradcheck.judging.causes.trial import Cause, Trial

Others = Iterator[tuple[Array, str, str]]
"""What a derivative G by a matrix may be meant to be, how it is right then, and what to claim; {} for the matrix."""


def a_convention(trial: Trial) -> Iterator[Cause]:
    """The step is right along changes in which a matrix stays what it was declared to be."""
    whole = trial.target
    if trial.is_ill_shaped:
        return
    for by in (node.args[1] for node in derivatives_in(whole)):
        for other, how, cure in _others(whole, by) if by.shape == whole.shape else ():
            words = f"it is right {how}, and the claim is by each entry on its own: claim {cure} of the gradient G"
            words = words.replace("{}", trial.says("{}", by))
            for cause in trial.causes("convention", words, whole, sides=(trial.formula, other)):
                yield replace(cause, right=None)


def _others(whole: Array, by: Array) -> Others:
    for convention in CONVENTIONS:
        yield from convention(whole, by)


def _symmetric(whole: Array, by: Array) -> Others:
    """Along symmetric changes, or by the entries on one side of the diagonal (Matrix Cookbook, 138)."""
    if by.ndim == 2 and is_symmetric(by):
        along = (whole + whole.T) / 2
        yield along, "along symmetric changes of {}", "(G + G.T) / 2"
        one_side = 2 * along - whole * identity(whole.shape[0])
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

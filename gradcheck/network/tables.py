"""Data for a derivation: synthetic ones by a seed, or features and labels from a file or a data set.

A table has one column an example. In the arrays of a derivation the examples lie along the axis of the size that
features and labels share. Where there is none, a derivation is about one example: its data have an axis in front that
counts them, and they take turns, one a step.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import sympy as sp

from gradcheck.graph import Input, show_shape
from gradcheck.graph.domains import BITS, ONE_HOT, POSITIVE, UNIT, Domain
from gradcheck.network.archives import arrays_in
from gradcheck.network.checks import floats, in_domain
from gradcheck.network.engine import Floats
from gradcheck.network.problems import CannotTrain, Problem

DATA_SETS = ("breast_cancer", "digits")
FEATURES, EXAMPLES, OTHERS = 4, 100, 3
"""Sizes of synthetic data, and of what no data tell, such as a hidden layer's width."""


@dataclass(frozen=True, eq=False)
class Table:
    """Features (n, examples) and a label for each example (a class, or a number). said: where they come from."""

    features: Floats
    targets: Floats
    said: str


# ---- synthetic ---------------------------------------------------------------------------------------------------


def default_sizes(problem: Problem, symbols: Sequence[sp.Symbol]) -> dict[str, int]:
    """Numbers for sizes that nobody gave."""
    of_features = {size for node in problem.features for size in node.shape}
    sizes = {symbol.name: FEATURES if symbol in of_features else OTHERS for symbol in symbols}
    return sizes if problem.examples is None else {**sizes, problem.examples.name: EXAMPLES}


def synthetic(problem: Problem, shape: Mapping[str, tuple[int, ...]], rng: np.random.Generator) -> dict[str, Floats]:
    """Normally distributed features, and labels that a plane through them tells apart, if it is one example a column.

    shape: that of each array by name.
    """
    data = {node.name: rng.standard_normal(shape[node.name]) for node in problem.features}
    for node in problem.labels:
        size = problem.examples
        if size in node.shape and len(data) == 1:
            (features,) = (_columns(data[one.name], one, size) for one in problem.features)
            label = _columns(np.zeros(shape[node.name]), node, size)
            scores = rng.standard_normal((len(label), len(features))) @ features
            data[node.name] = _laid_out(_labels(node.domain, scores), node, size)
        else:
            data[node.name] = node.domain.sample(rng, shape[node.name])
    return data


def _labels(domain: Domain, scores: Floats) -> Floats:
    """Labels of a domain that depend on scores (units, examples)."""
    match domain.name:
        case BITS.name:
            return np.where(scores > 0, 1.0, 0.0)
        case ONE_HOT.name:
            return np.eye(len(scores))[:, scores.argmax(axis=0)]
        case UNIT.name:
            return 1 / (1 + np.exp(-scores))
        case POSITIVE.name:
            return np.exp(scores)
    return np.tanh(scores)


def _columns(value: Floats, node: Input, size: sp.Symbol | None) -> Floats:
    """An array as a matrix with one column an example."""
    moved = np.moveaxis(value, node.shape.index(size), -1)
    return moved.reshape(-1, moved.shape[-1])


def _laid_out(table: Floats, node: Input, size: sp.Symbol) -> Floats:
    """A matrix with one column an example, in the layout of an input. Raises CannotTrain if it has no such layout."""
    if size not in node.shape or node.ndim > 2:
        cure = "give an .npz with arrays of these names" if node.ndim > 2 else "train another one"
        raise CannotTrain(
            f"{node.name} is {show_shape(node.shape)} and has no axis for {table.shape[1]} examples: {cure}"
        )
    if node.ndim == 1:
        return table.reshape(-1)
    return table if node.shape[-1] == size else table.T


# ---- tables ------------------------------------------------------------------------------------------------------


def placed(problem: Problem, table: Table) -> dict[str, Floats]:
    """A table as the arrays of a derivation. Raises CannotTrain or ValueError."""
    if len(problem.features) != 1 or len(problem.labels) != 1:
        names = ", ".join(node.name for node in problem.data)
        raise CannotTrain(f"the data are {names or 'none'}: a table is for one array of features and one of labels")
    (X,), (Y,), size = problem.features, problem.labels, problem.examples
    laid_out = _one_by_one if size is None else partial(_laid_out, size=size)
    return {X.name: laid_out(table.features, X), Y.name: laid_out(_as_labels(table, Y), Y)}


def _one_by_one(table: Floats, node: Input) -> Floats:
    """A matrix with one column an example, with the examples in front. Raises CannotTrain."""
    if sum(size != 1 for size in node.shape) > 1:
        cure = f"a table is for columns, give an .npz with {node.name}"
        raise CannotTrain(f"{node.name} is {show_shape(node.shape)}: {cure}")
    return table.T.reshape(table.shape[1], *(-1 if size != 1 else 1 for size in node.shape))


def turns_of(problem: Problem, data: Mapping[str, Floats]) -> list[dict[str, Floats]]:
    """The data of each step, where examples take turns; nothing if all steps have the same."""
    if not data or not _take_turns(problem, data):
        return []
    return [dict(zip(data, arrays, strict=True)) for arrays in zip(*data.values(), strict=True)]


def _take_turns(problem: Problem, data: Mapping[str, object]) -> bool:
    """Whether there is an axis in front that counts examples."""
    nodes = {node.name: node for node in problem.data}
    return problem.examples is None and all(np.ndim(data[name]) == node.ndim + 1 for name, node in nodes.items())  # type: ignore[arg-type]


def _as_labels(table: Table, node: Input) -> Floats:
    """Classes as labels of the domain: one row for each class if it is one-hot."""
    if not node.domain.is_one_hot:
        return table.targets[None]
    classes, numbers = np.unique(table.targets, return_inverse=True)
    return np.eye(len(classes))[:, numbers]


def checked_data(problem: Problem, data: Mapping[str, object]) -> dict[str, Floats]:
    """Arrays for the data of a derivation. Raises TypeError, ValueError or CannotTrain."""
    if not isinstance(data, Mapping):
        raise TypeError(f"data is a {type(data).__name__}: give arrays by name, such as {{'X': X, 'Y': Y}}")
    nodes = {node.name: node for node in problem.data}
    if set(data) != set(nodes):
        wanted = ", ".join(f"{name} {show_shape(node.shape)}" for name, node in nodes.items())
        raise CannotTrain(f"arrays called {', '.join(data) or 'nothing'} are given, and {wanted or 'none'} are needed")
    more = int(_take_turns(problem, data))
    arrays = {name: floats(name, data[name], node.ndim + more) for name, node in nodes.items()}
    counts = {name: len(array) for name, array in arrays.items()} if more else {}
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{count} in {name}" for name, count in counts.items())
        raise ValueError(f"the numbers of examples differ: {told}; the axis in front counts them")
    for name, node in nodes.items():
        in_domain(name, arrays[name], node.domain, f"the entries of {node.domain}({name!r}, …)")
    return arrays


def read_data(problem: Problem, name: str) -> tuple[dict[str, Floats], str]:
    """Arrays from an .npz or .csv file or a data set, for the data of a derivation, and where they come from.

    Raises OSError, ValueError or ModuleNotFoundError.
    """
    if name in DATA_SETS:
        table = _data_set(name, is_binary=any(node.domain is BITS for node in problem.labels))
        return placed(problem, table), f"{table.said}{_in_turn(problem)}"
    match Path(name).suffix:
        case ".npz":
            return arrays_in(name), name
        case ".csv":
            table = _csv(Path(name))
            return placed(problem, table), f"{table.said}{_in_turn(problem)}"
    raise ValueError(f"{name!r} is neither a .npz or .csv file nor a data set: there is {', '.join(DATA_SETS)}")


def _in_turn(problem: Problem) -> str:
    return ", one example a step" if problem.examples is None else ""


def _csv(file: Path) -> Table:
    with open(file, newline="", encoding="utf-8") as lines:
        rows = [(i, row) for i, row in enumerate(csv.reader(lines), 1) if row]
    if rows and not _are_numbers(rows[0][1]):
        del rows[0]  # a header
    for i, row in rows:
        if not _are_numbers(row) or len(row) != len(rows[0][1]):
            said = f"line {i} is {', '.join(row)!r}: {len(rows[0][1])} numbers are needed"
            raise ValueError(f"{file}, {said}, the features of an example and its label last")
    if not rows or len(rows[0][1]) < 2:
        raise ValueError(f"{file} holds no example: a line of numbers for each is needed, its label last")
    table = np.array([[float(entry) for entry in row] for _, row in rows])
    return Table(table[:, :-1].T, table[:, -1], f"{file}, last column as label")


def _are_numbers(row: Sequence[str]) -> bool:
    try:
        return bool([float(entry) for entry in row])
    except ValueError:
        return False


def _data_set(name: str, is_binary: bool) -> Table:
    try:
        from sklearn import datasets
    except ModuleNotFoundError:
        raise ModuleNotFoundError(f"{name} comes with scikit-learn: pip install 'gradcheck[train]'") from None
    if name == "digits":
        held = datasets.load_digits()
        pixels = held.images.reshape(len(held.images), -1).T / 16  # each image flattened to a column
        targets = held.target % 2 if is_binary else held.target
        said = "8 × 8 pixels flattened, from 0 to 1" + ", label 1 for odd digits" * is_binary
        return Table(pixels, targets.astype(float), f"digits of scikit-learn, {said}")
    held = datasets.load_breast_cancer()
    features = ((held.data - held.data.mean(axis=0)) / held.data.std(axis=0)).T
    return Table(
        features, held.target.astype(float), "breast_cancer of scikit-learn, features standardized, label 1 for benign"
    )

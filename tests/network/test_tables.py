"""Data for derivations: where they come from, and how they are laid out."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from gradcheck import bits, claim, derivation, dims, gradient, one_hot, positive, real, unit
from gradcheck.graph import domains
from gradcheck.network import train
from gradcheck.network.problems import CannotTrain, problem_of
from gradcheck.network.tables import Table, checked_data, placed, read_data, synthetic, turns_of
from gradcheck.notation import cross_entropy, sigmoid, squared_error

n, k, m = dims("n k m")


def problem(X, Y, w, prediction):
    cost = squared_error(prediction, Y).mean()
    return problem_of([derivation()(lambda: (yield claim(gradient(cost, w), gradient(cost, prediction) @ X.T)))], {})


def columns(label=bits):
    X, w = real("X", n, m), real("W", 1, n)
    return problem(X, label("Y", 1, m), w, sigmoid(w @ X))


def rows():
    X, w, cost = real("X", m, n), real("w", n, 1), None
    Y = bits("y", m, 1)
    cost = cross_entropy(sigmoid(X @ w), Y).mean()
    return problem_of([derivation()(lambda: (yield claim(gradient(cost, w), X.T @ (sigmoid(X @ w) - Y) / m)))], {})


def flat():
    X, w, y = real("X", n, m), real("w", n), bits("y", m)
    cost = cross_entropy(sigmoid(w @ X), y).mean()
    return problem_of([derivation()(lambda: (yield claim(gradient(cost, w), X @ (sigmoid(w @ X) - y) / m)))], {})


TABLE = Table(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([0.0, 1.0, 1.0]), "three examples")


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (columns, {"X": TABLE.features, "Y": [[0, 1, 1]]}),
        (rows, {"X": TABLE.features.T, "y": [[0], [1], [1]]}),
        (flat, {"X": TABLE.features, "y": [0, 1, 1]}),
    ],
)
def test_a_table_is_laid_out_as_the_derivation_has_it(of, expected):
    found = placed(of(), TABLE)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert np.array_equal(found[name], value)


def test_classes_are_rows_of_a_one_hot_label():
    X, V, Y = real("X", n, m), real("W", k, n), one_hot("Y", k, m)
    cost = squared_error(V @ X, Y).mean()
    made = problem_of([derivation()(lambda: (yield claim(gradient(cost, V), (V @ X - Y) @ X.T / (k * m))))], {})
    found = placed(made, Table(TABLE.features, np.array([5.0, 7.0, 5.0]), ""))
    assert found["Y"].tolist() == [[1, 0, 1], [0, 1, 0]]
    assert train_again(made, found) is not None


def train_again(made, data):
    X, V, Y = real("X", n, m), real("W", k, n), one_hot("Y", k, m)
    cost = squared_error(V @ X, Y).mean()
    repeated = {name: np.repeat(value, 4, axis=1) for name, value in data.items()}
    return train(derivation()(lambda: (yield claim(gradient(cost, V), (V @ X - Y) @ X.T / (k * m)))), repeated).accuracy


def test_where_a_derivation_is_about_one_example_the_examples_take_turns():
    x, y, w = real("x", n, 1), bits("y", 1, 1), real("w", 1, n)
    made = problem(x, y, w, sigmoid(w @ x))
    found = placed(made, TABLE)
    assert found["x"].shape == (TABLE.features.shape[1], TABLE.features.shape[0], 1)
    turns = turns_of(made, found)
    for i, turn in enumerate(turns):
        np.testing.assert_array_equal(turn["x"], TABLE.features[:, [i]])
        assert turn["y"].shape == (1, 1)
        assert turn["y"].item() == TABLE.targets[i]
    assert len(turns) == 3
    assert not turns_of(made, turns[0])


def test_turns_of_different_numbers_are_refused():
    x, y, w = real("x", n, 1), bits("y", 1, 1), real("w", 1, n)
    made = problem(x, y, w, sigmoid(w @ x))
    with pytest.raises(
        ValueError, match="the numbers of examples differ: 3 in x, 2 in y; the axis in front counts them"
    ):
        checked_data(made, {"x": np.ones((3, 2, 1)), "y": np.ones((2, 1, 1))})
    with pytest.raises(ValueError, match="axes are needed"):
        checked_data(made, {"x": np.ones((3, 2, 1)), "y": np.ones((1, 1))})


def test_one_example_that_is_a_matrix_is_no_table():
    x, y, w = real("x", n, k), bits("y", 1, 1), real("w", 1, n)
    with pytest.raises(CannotTrain, match=r"x is \(n, k\): a table is for columns, give an .npz with x"):
        placed(problem(x, y, w, sigmoid(w @ x)), TABLE)


# ---- synthetic ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "domain"),
    [(bits, domains.BITS), (real, domains.REAL), (unit, domains.UNIT), (positive, domains.POSITIVE)],
)
def test_synthetic_labels_lie_in_their_domain_and_depend_on_the_features(label, domain):
    made = columns(lambda name, *sizes: label(name, *sizes))
    shapes = {"X": (3, 50), "Y": (1, 50)}
    data = synthetic(made, shapes, np.random.default_rng(0))
    assert {name: value.shape for name, value in data.items()} == shapes
    assert np.all((domain.within[0] <= data["Y"]) & (data["Y"] <= domain.within[1]))
    directions = np.linalg.lstsq(data["X"].T, data["Y"][0] - data["Y"].mean(), rcond=None)[0]
    assert abs(np.corrcoef(directions @ data["X"], data["Y"][0])[0, 1]) > 0.6


def test_a_seed_repeats_data_start_and_descent():
    @derivation()
    def logistic():
        X, Y, w = real("X", n, m), bits("Y", 1, m), real("W", 1, n)
        yield claim(gradient(cross_entropy(sigmoid(w @ X), Y).mean(), w), (sigmoid(w @ X) - Y) @ X.T / m)

    once, again, other = (train(logistic, seed=seed, steps=5) for seed in (3, 3, 4))
    assert once.costs == again.costs
    assert once.costs != other.costs


# ---- given -------------------------------------------------------------------------------------------------------


@derivation()
def logistic():
    X, Y, w = real("X", n, m), bits("Y", 1, m), real("W", 1, n)
    yield claim(gradient(cross_entropy(sigmoid(w @ X), Y).mean(), w), (sigmoid(w @ X) - Y) @ X.T / m)


X, Y = np.random.default_rng(1).standard_normal((2, 10)), np.arange(10.0)[None] % 2


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ({"X": X}, CannotTrain, r"arrays called X are given, and X \(n, m\), Y \(1, m\) are needed"),
        ({"X": X, "Y": Y, "Z": Y}, CannotTrain, "arrays called X, Y, Z are given"),
        ({}, CannotTrain, "arrays called nothing are given"),
        ({"X": X, "Y": Y + 1}, ValueError, r"Y holds 2\.0 at \[0, 1\].*the entries of bits\('Y', …\) are 0 or 1"),
        ({"X": X, "Y": Y[:, :9]}, ValueError, r"Y has shape \(1, 9\) and is declared as \(1, m\) with m=10"),
        ({"X": X, "Y": Y.astype(int)}, TypeError, "Y holds int64"),
        ({"X": X.tolist(), "Y": Y}, TypeError, "X is a list"),
        ({"X": X.astype(np.float16), "Y": Y}, TypeError, "X holds float16: single and double precision are supported"),
        ({"X": X.astype(object), "Y": Y}, TypeError, r"X holds object: write X\.astype\(float\)"),
        ({"X": X[:, :0], "Y": Y[:, :0]}, ValueError, r"X has shape \(2, 0\), so there is no example in it"),
        ([X, Y], TypeError, r"data is a list: give arrays by name, such as \{'X': X, 'Y': Y\}"),
        ({"X": np.full((2, 10), np.nan), "Y": Y}, ValueError, r"X holds nan at \[0, 0\]"),
    ],
)
def test_arrays_that_are_not_the_derivations_data_are_refused(data, error, message):
    with pytest.raises(error, match=message):
        train(logistic, data)


def test_a_fifth_of_the_examples_is_held_out():
    found = train(logistic, {"X": X, "Y": Y}, steps=3)
    assert found.sizes == {"m": 8, "n": 2}
    assert found.accuracy is not None


# ---- files -------------------------------------------------------------------------------------------------------


def test_a_csv_file_has_an_example_a_line_and_its_label_last(tmp_path):
    file = tmp_path / "data.csv"
    file.write_text("height,weight,label\n1,4,0\n2,5,1\n\n3,6,1\n", encoding="utf-8")
    data, said = read_data(columns(), str(file))
    assert np.array_equal(data["X"], TABLE.features)
    assert data["Y"].tolist() == [[0, 1, 1]]
    assert said == f"{file}, last column as label"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "1,2,0\n3,four,1\n",
            "line 2 is '3, four, 1': 3 numbers are needed, the features of an example and its label last",
        ),
        ("1,2,0\n3,1\n", "line 2 is '3, 1': 3 numbers are needed"),
        ("a,b\n", "holds no example"),
        ("", "holds no example"),
        ("1\n2\n", "holds no example: a line of numbers for each is needed, its label last"),
    ],
)
def test_a_csv_file_that_is_no_table_is_refused_with_its_line(tmp_path, text, message):
    file = tmp_path / "data.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_data(columns(), str(file))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1,nan,1", r"X holds nan at \[1, 1\]: finite numbers are needed; leave these examples out"),
        ("1,inf,1", r"X holds inf at \[1, 1\]"),
        ("1,2,nan", r"Y holds nan at \[0, 1\]"),
        ("1,2,2", r"Y holds 2\.0 at \[0, 1\]: the entries of bits\('Y', …\) are 0 or 1"),
    ],
)
def test_numbers_of_a_csv_file_that_cannot_be_are_refused(tmp_path, line, message):
    file = tmp_path / "data.csv"
    file.write_text(f"3,4,0\n{line}\n", encoding="utf-8")
    data, _ = read_data(columns(), str(file))
    with pytest.raises(ValueError, match=message):
        train(logistic, data)


def test_an_npz_file_has_arrays_by_name(tmp_path):
    np.savez(tmp_path / "data.npz", X=X, Y=Y)
    data, said = read_data(columns(), str(tmp_path / "data.npz"))
    assert np.array_equal(data["X"], X)
    assert said.endswith("data.npz")


def test_an_npz_file_is_not_unpickled(tmp_path):
    np.savez(tmp_path / "data.npz", X=np.array([print], dtype=object))
    with pytest.raises(ValueError, match=r"data\.npz is no archive of arrays: Object arrays cannot be loaded"):
        read_data(columns(), str(tmp_path / "data.npz"))


def test_a_name_of_nothing_is_refused():
    with pytest.raises(
        ValueError, match=r"'iris' is neither a \.npz or \.csv file nor a data set: there is breast_cancer"
    ):
        read_data(columns(), "iris")


# ---- data sets ---------------------------------------------------------------------------------------------------


def test_without_scikit_learn_its_cure_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ModuleNotFoundError, match=r"digits comes with scikit-learn: pip install 'gradcheck\[train\]'"):
        read_data(columns(), "digits")


@pytest.mark.parametrize(("name", "shape"), [("breast_cancer", (30, 569)), ("digits", (64, 1797))])
def test_a_data_set_is_one_column_an_example(name, shape):
    pytest.importorskip("sklearn")
    data, said = read_data(columns(), name)
    assert data["X"].shape == shape
    assert set(data["Y"].ravel()) == {0, 1}
    assert said.startswith(f"{name} of scikit-learn")

"""What is shown of a search: proved in all instances, and nowhere as wrong as print."""

from hypothesis import strategies as st

from gradcheck import bits, claim, derivation, dims, gradient, jacobian, misprint, printing, real, shape
from gradcheck.documents.instances import read
from gradcheck.judging import repairs
from gradcheck.judging.repairs import repair
from gradcheck.judging.steps import Judge
from gradcheck.notation import inv, log, relu, sigmoid, slogdet
from gradcheck.strategies import activations
from gradcheck.verdicts import Verdict


def repaired(document, position=0, number=0, limit=60.0):
    runs, groups, problems = read(document, 4)
    assert not problems
    return repair(Judge(document, runs, 4), groups[number], position, limit)


def sources(document, **more):
    return [one.source for one in repaired(document, **more).corrections]


def network(step, g=sigmoid):
    n0, n1, m = dims("n0 n1 m")
    X, Y, W1, W2 = real("X", n0, m), bits("Y", 1, m), real("W1", n1, n0), real("W2", 1, n1)
    Z1 = W1 @ X
    A1 = g(Z1)
    T = sigmoid(W2 @ A1)
    J = -(Y @ log(T).T + (1 - Y) @ log(1 - T).T) / m
    dZ2 = T - Y
    yield claim(gradient(J, W1), step(**locals()))


def test_a_correction_is_proved_and_in_the_authors_names():
    @derivation()
    def wrong():
        yield from network(lambda X, W2, A1, dZ2, m, **_: (W2.T @ dZ2 * A1) @ X.T / m)

    (one, *_) = repaired(wrong).corrections
    assert one.judgement.verdict is Verdict.PROVED
    assert one.edits


def test_equally_close_corrections_are_shown_together():
    @derivation()
    def wrong():
        x = real("x")
        y = real("y")
        yield claim(x * x - y * y, (x + y) * (x + y))

    assert set(sources(wrong)) >= {"(x - y) * (x + y)", "(x + y) * (x - y)"}


def test_an_inverse_is_found_and_its_transpose():
    n = dims("n")
    X, a, b = real("X", n, n), real("a", n, 1), real("b", n, 1)
    W = inv(X)

    @derivation()
    def wrong():
        yield claim(gradient(a.T @ W @ b, X), -W.T @ a @ b.T @ W)
        yield claim(inv(X @ X.T), X.T @ inv(X))
        yield claim(gradient(slogdet(X)[1], X), X.T)

    first, second, third = (sources(wrong, number=number) for number in range(3))
    assert first == ["-W.T @ a @ b.T @ W.T"]
    assert "W.T @ inv(X)" in second
    assert set(third) & {"inv(X.T)", "inv(X).T", "W.T"}, third


def test_a_correction_holds_for_all_activations():
    @derivation(g=activations())
    def wrong(g):
        n = dims("n")
        x, w = real("x", n, 1), real("w", 1, n)
        z = w @ x
        a = g(z)
        yield claim(gradient(a, w), x.T)

    for one in repaired(wrong).corrections:
        assert "′(z)" in one.source
        assert one.judgement.verdict is Verdict.PROVED
    assert repaired(wrong).corrections


def test_a_correction_holds_in_all_rounds_of_a_loop():
    @derivation()
    def wrong():
        n = dims("n")
        W = [real(f"W{number}", n, n) for number in range(3)]
        A = [real("x", n, 1)]
        for i in range(3):
            A.append(W[i] @ A[i])
        for i in range(2):
            yield claim(jacobian(A[i + 2], A[i]), W[i] @ W[i + 1])

    assert sources(wrong) == ["W[1] @ W[0]"]


def test_what_a_loop_counts_twice_is_counted_on_by_each_index():
    @derivation()
    def wrong():
        n = dims("n")
        W = [real(f"W{layer}", n, n) for layer in range(2)]
        x0, x1, x2 = (real(f"x{i}", n, 1) for i in range(3))
        z = [[w @ x for x in (x0, x1, x2)] for w in W]
        for layer in range(2):
            for i in range(3):
                z_i = z[layer][i]
                yield claim(W[layer] @ (x0 + x1), z_i + z[layer][1])

    # In the first round z_i is z[0][0], and what is printed holds: that round leads nowhere.
    assert sources(wrong) == ["z[0][0] + z[0][1]"]


def test_a_correction_is_shown_in_the_names_of_the_round_that_it_was_found_in():
    @derivation()
    def wrong():
        x = [real(name) for name in "uvw"]
        for i in range(3):
            x_i = x[i]
            yield claim(x_i + x_i * x_i, x_i + x_i * x[0])

    (one, *_) = repaired(wrong).corrections  # of the second round, where x_i is no longer x[0]
    assert one.source == "x_i + x_i * x_i"
    assert printing.source(one.printed, one.names) == "x_i + x_i * x[0]"


def test_entries_of_the_printed_formula_are_counted_on_before_those_of_the_target():
    @derivation()
    def wrong():
        r, s, a = real("r", 1, 2), real("s", 1, 2), real("a", 3, 1)
        for i, j in ((0, 0), (1, 1), (0, 2)):
            yield claim((r.T @ a.T)[i : i + 1, j : j + 1], s[:, i : i + 1] * a[j : j + 1])

    assert "r[:, 0:1] * a[0:1]" in sources(wrong)


def test_what_is_put_into_other_nodes_is_read_in_the_corrected_line():
    @derivation()
    def wrong():
        n, m = dims("n m")
        x, y = real("x", n, m), real("y", n, m)
        yield claim(x.reshape(-1) * (x * x).reshape(-1), x.reshape(-1) * (y * y).reshape(-1))

    assert any(text.endswith("* (x * x).reshape(m*n,)") for text in sources(wrong))


def test_what_is_right_in_one_instance_only_is_not_shown():
    @derivation(depth=st.integers(1, 2))
    def wrong(depth):
        x, y = real("x"), real("y")
        yield claim(x**depth * y, x + y)

    assert sources(wrong) == []


def test_nothing_is_divided_by_a_label():
    @derivation()
    def wrong():
        y, t = bits("y", 1, 1), real("t", 1, 1)
        product = y * t
        yield claim(t, product)

    assert not any("/" in text for text in sources(wrong))


def test_a_division_that_is_printed_may_stay():
    @derivation()
    def wrong():
        x, y = real("x", 1, 1), real("y", 1, 1)
        yield claim(x / y + x, x / y - x)

    assert "x / y + x" in sources(wrong)


def test_a_derivative_is_not_corrected_by_itself():
    @derivation()
    def wrong():
        x = real("x", 1, 1)
        J, K = x * x, x * x * x
        yield claim(gradient(J, x), gradient(K, x))

    assert not any("∂J/∂x" in text for text in sources(wrong))


def test_an_expression_may_be_corrected_to_its_definition():
    @derivation()
    def wrong():
        x, w, v, b = (real(name, 1, 1) for name in "xwvb")
        z = w * x + b
        yield claim(z, v * x + b)

    assert sources(wrong) == ["w * x + b"]


def test_what_the_module_says_is_right_is_not_looked_up():
    @derivation()
    def marked():
        n = dims("n")
        x, y = real("x", n, 1), real("y", n, 1)
        right = (x * relu(y)).sum()
        yield claim((x * relu(y)).sum(), misprint((x + relu(y)).sum(), right, "+ for *"))

    assert sources(marked) == ["(x * relu(y)).sum()"]


def test_that_nothing_was_found_is_said():
    @derivation()
    def hopeless():
        x, y = real("x", 1, 1), real("y", 1, 1)
        yield claim(log(x * x) * sigmoid(y), x)

    found = repaired(hopeless)
    assert found.corrections == ()
    assert found.words == "no correction found with two edits, or with a third one that can be looked up"
    over = repaired(hopeless, limit=0.0)
    assert over.words == f"{found.words}, 0 s were not enough to try all"


def test_a_failure_of_the_search_is_said_and_leaves_no_correction(monkeypatch):
    def failing(self):
        raise ZeroDivisionError("oh")

    @derivation()
    def wrong():
        x, y = real("x", 1, 1), real("y", 1, 1)
        yield claim(x * y, x + y)

    monkeypatch.setattr(repairs.Corrections, "__iter__", failing)
    found = repaired(wrong)
    assert found.corrections == ()
    assert found.words.startswith("no correction: gradcheck failed (ZeroDivisionError: oh, test_repairs.py:")


def test_a_size_that_stands_in_print_alone_is_no_failure():
    @derivation()
    def wrong():
        n, m = dims("n m")
        x, y = real("x", n, 1), real("y", n, m)
        yield claim(x.sum() + 0 * y.sum(), y.sum() / m + (x + x).sum() / n)

    assert not repaired(wrong).failure


def test_claims_about_sizes_have_no_corrections():
    @derivation()
    def sizes():
        n = dims("n")
        yield claim(shape(real("x", n, 1)), (1, n))

    assert repaired(sizes).corrections == ()


def test_what_has_another_shape_than_its_target_is_searched():
    @derivation()
    def wrong():
        n, m = dims("n m")
        W, x = real("W", n, m), real("x", m, 1)
        for _ in range(2):
            yield claim(gradient((W @ x).sum(), x), W[0:1])

    assert not repaired(wrong).failure

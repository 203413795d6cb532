# ruff: noqa: E501  a page is printed as its author breaks it
"""What sentences, lists and tables declare, and what they do not."""

from __future__ import annotations

import pytest
from test_traps import verdicts

from gradcheck.documents.tex.notes import read
from gradcheck.documents.tex.pages import page

SAID = [
    (r"| $W$ | $d \times h$ | weights |", 'W = real("W", d, h)'),
    (r"| $Y$ | $\{0,1\}^{n \times K}$ | one-hot rows |", 'Y = one_hot("Y", n, K, axis=1)'),
    (
        r"| $y_i$ | $\{0,1\}^{K}$ | one-hot label, $i = 1, \dots, n$ with $X \in \mathbb{R}^{n \times K}$ |",
        'y = one_hot("y", n, K, 1, axis=1)',
    ),
    (r"- $W^{[1]}$: $(3, 2)$", 'W1 = real("W1", 3, 2)'),
    (r"$X$ is $(2, m)$, labels $Y$ is $(1, m)$ with entries 0 or 1.", 'Y = bits("Y", 1, m)'),
    (r"$X$ has shape $(n, d)$ and $W$ of size $d \times h$.", 'W = real("W", d, h)'),
    (r"$W_1$ and $W_2$ have shapes $(d, h)$ and $(h, k)$.", 'W_2 = real("W_2", h, k)'),
    (r"A matrix $U$ with dimensions $(h, d)$, $W_1 (d \times h)$ and others.", 'U = real("U", h, d)'),
    (r"$w$ is a $d$-vector and $v$ a $k$-dimensional vector.", 'v = real("v", k, 1)'),
    (r"A $d$-dimensional vector $w$.", 'w = real("w", d, 1)'),
    (r"Vectors $u, v$ of length $n$ and $X$ ($n \times d$).", 'v = real("v", n, 1)'),
    (r"A matrix $A$ with $m$ rows and $n$ columns.", 'A = real("A", m, n)'),
    (r"$W_Q$, $W_K$ are $d \times p$ matrices.", 'W_Q = real("W_Q", d, p)'),
    (r"$X$ – $n \times d$ data matrix, $y$ – $n \times 1$ vector.", 'y = real("y", n, 1)'),
    (r"Scalars $\alpha$ and $\beta$.", 'beta = real("beta")'),
    (r"$Y \in \{0,1\}^{n \times K}$. Each row of $Y$ is one-hot.", 'Y = one_hot("Y", n, K, axis=1)'),
    (r"$p \in \mathbb{R}^K$ with $p_k \ge 0$, $\sum_{k=1}^K p_k = 1$.", 'p = distribution("p", K, 1, axis=0)'),
    (
        r"$y^{(i)} \in \{0,1\}$ for $i = 1, \dots, m$, and $y \in \mathbb{R}^m$ the vector of labels.",
        'y = bits("y", m, 1)',
    ),
    (r"For all $i \in [n]$, $x_i \in \mathbb{R}^d$.", 'x = real("x", n, d, 1)'),
    (r"$\mathbf{1}$ = row of $m$ ones.", "one = ones(1, m)"),
]
SAID += [
    (r"If $Z$ is an $n \times p$ matrix of full column rank, so is $2 Z$.", 'Z = real("Z", n, p)'),
    (r"In this section $X$ is square, $n \times n$, and nonsingular.", 'X = real("X", n, n)'),
    (r"$b_2$ is just a number.", 'b_2 = real("b_2")'),
]
SAID += [
    (r"- `W1` is $n_1 \times n_x$, with $W^{[1]} X$.", 'W1 = real("W1", n_1, n_x)'),
    (r"`W1` has shape `(n_h, n_x)`, and $W^{[1]} X$.", 'W1 = real("W1", n_h, n_x)'),
    (r"| `W_1` | $h \times d$ |  weights, as in $W_1 x$ |", 'W_1 = real("W_1", h, d)'),
    (r"`b2` is just a number, of $W^{[2]} a + b^{[2]}$.", 'b2 = real("b2")'),
]
UNSAID = [
    r"`W1` is $n \times d$, and $W^{[1]} = W_1$ are two.",
    r"`np.dot(W, X)` is $n \times d$, of $W$ and $X$.",
    r"Let $X^\top$ be a $d \times n$ matrix.",
    r"The point $x$ is $(2, 1)$.",
    r"If $A$ is a symmetric $n \times n$ matrix, then it is square.",
    r"$A^{-1} = B$ if $A$ is an $n \times n$ matrix.",
    r"$D$ is an $n \times n$ diagonal matrix.",
    r"A batch $B$ of size $m$.",
    r"$L$ is a scalar loss.",
    r"The gradient $g$ is a $d$-dimensional vector.",
    r"Multiply by the $n \times d$ matrix, $y$ is added.",
]


@pytest.mark.parametrize(("text", "line"), SAID, ids=[text[:40] for text, _ in SAID])
def test_what_is_said_is_declared(text, line):
    used = line.partition(" ")[0]
    letter = {"W1": "W^{[1]}", "one": r"\mathbf{1}", "beta": r"\beta"}.get(used, used)
    found = read(page(f"{text}\n\n$$q = {letter}$$\n", "notes.md"))
    assert line in [*found.inputs, *found.definitions]


@pytest.mark.parametrize("text", UNSAID)
def test_what_is_said_otherwise_declares_nothing(text):
    assert read(page(text, "notes.md")).inputs == []


def test_one_hot_labels_in_a_matrix_are_not_guessed_to_be_its_columns():
    text = r"Let $Y \in \{0,1\}^{n \times K}$ be one-hot, $f = \sum_{i=1}^n \sum_{k=1}^K Y_{ik}$." + "\n\n$$f = n$$\n"
    assert [verdict.name for _, verdict in verdicts(text)] == ["UNDECIDED"]


PAGES = [
    (
        "rows that a table declares and words tie to a matrix",
        r"""
| Symbol | Shape | Meaning |
|---|---|---|
| $x_i$ | $\mathbb{R}^{d}$ | input, $i = 1, \dots, B$ |
| $w$ | $\mathbb{R}^{d}$ | weights |

Let $X \in \mathbb{R}^{B \times d}$ with rows $x_i^\top$.

$$f = \sum_{i=1}^B w^\top x_i, \qquad f = \mathbf{1}^\top X w, \qquad f = 2 \mathbf{1}^\top X w$$
""",
        ["PROVED", "REFUTED"],
    ),
    (
        "rows of a square matrix that is defined",
        r"""
Let $S \in \mathbb{R}^{n \times n}$ and $A = S + 2 S^\top$, with $a_i$ for the $i$-th rows of $A$.

$$g = \sum_{i=1}^n \sum_{j=1}^n A_{ij}^2, \qquad g = \sum_{i=1}^n a_i^\top a_i, \qquad A_{ij} = a_i^\top S a_j$$
""",
        ["PROVED", "REFUTED"],
    ),
    (
        "columns of a square matrix",
        r"""
Let $X \in \mathbb{R}^{n \times n}$, whose columns are $x_1, \dots, x_n$.

$$X X^\top = \sum_{i=1}^n x_i x_i^\top, \qquad X^\top X = \sum_{i=1}^n x_i x_i^\top$$
""",
        ["PROVED", "REFUTED"],
    ),
    (
        "an index that runs to two sizes, by section",
        r"""
## One

Vectors $x_i \in \mathbb{R}^d$.

$$f = \sum_{i=1}^n \|x_i\|^2, \qquad \frac{\partial f}{\partial x_i} = 2 x_i$$

## Two

Vectors $w_i \in \mathbb{R}^d$, $c \in \mathbb{R}^d$, and $s_i = w_i^\top c$.

$$g = \sum_{i=1}^V s_i^2, \qquad \frac{\partial g}{\partial w_i} = 2 s_i c, \qquad \frac{\partial g}{\partial w_i} = s_i c$$
""",
        ["PROVED", "PROVED", "REFUTED"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [one[1:] for one in PAGES], ids=[one[0] for one in PAGES])
def test_what_is_declared_in_words_is_judged(text, expected):
    assert [verdict.name for _, verdict in verdicts(text)] == expected

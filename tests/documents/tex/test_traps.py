# ruff: noqa: E501  a page is printed as its author breaks it
r"""Pages on which a formula is easily read as something else: each verdict is right, or there is none.

A trap is a page as students, textbooks and language models write it, and what must come out for each right-hand side that
is no definition, in their order:

- proved, refuted, ill-shaped: it has to be read, and judged so;
- right?, wrong?: it may stay unread or undecided; if it is judged, that is the truth;
- unsaid: it holds under a condition, or means two things, so that no verdict would be right.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from gradcheck.documents.tex.pages import page
from gradcheck.documents.tex.reading import derivation_of
from gradcheck.judging.verification import verify_derivation
from gradcheck.limits import Limits
from gradcheck.verdicts import Verdict

SILENT = {Verdict.NOT_READ, Verdict.UNDECIDED}
ALLOWED = {
    "proved": {Verdict.PROVED},
    "refuted": {Verdict.REFUTED},
    "ill-shaped": {Verdict.ILL_SHAPED},
    "right?": {Verdict.PROVED, Verdict.AGREES, *SILENT},
    "wrong?": {Verdict.REFUTED, Verdict.ILL_SHAPED, *SILENT},
    "unsaid": SILENT,
}


class Trap(NamedTuple):
    """name: what holds. page: its text. out: what must come out."""

    name: str
    page: str
    out: str


def verdicts(text: str, name: str = "notes.md") -> list[tuple[str, Verdict]]:
    """What is said of each right-hand side that is no definition."""
    derivation = derivation_of(page(text, name), name)
    report = verify_derivation(derivation, examples=3, limits=Limits(search=0))
    steps = [step for claim in report.claims for step in claim.steps]
    return [(step.tex, step.judgement.verdict) for step in steps if step.judgement.verdict is not Verdict.DEFINITION]


def comes_out(trap: Trap) -> None:
    """Asserts that each right-hand side of a trap is judged as it says, and that there are no others."""
    found, expected = verdicts(trap.page), trap.out.split(", ") if trap.out else []
    wrong = [
        (tex, verdict.name, word)
        for (tex, verdict), word in zip(found, expected, strict=False)
        if verdict not in ALLOWED[word]
    ]
    assert wrong == []
    assert len(found) == len(expected), found


# ---- numbers, powers and fractions -----------------------------------------------------------------------------------

POWERS = [
    Trap(
        "a number as an exponent is a number",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$, $x, a \in \mathbb{R}$ with $a > 0$, $f = a^{x}$ and $L = \|X w\|^{3}$.

$$\frac{\partial f}{\partial x} = a^x \log a$$

$$\frac{\partial f}{\partial x} = x a^{x - 1}$$

$$\frac{\partial L}{\partial w} = 3 \|X w\| X^\top X w$$
""",
        "proved, refuted, proved",
    ),
    Trap(
        "the square of a norm with a subscript is not lost",
        r"""
Let $x \in \mathbb{R}^n$.

$$\|x\|_1^2 = \|x\|_1 \|x\|_1$$

$$\|x\|_1^2 = \|x\|_1$$
""",
        "proved, refuted",
    ),
    Trap(
        "a/bc is not read, since c may stand below the line",
        r"""
Let $a, b, c > 0$.

$$\frac{a}{bc} = a / b c$$

$$\frac{a c}{b} = a / b c$$

$$\frac{a}{2 b} = a / 2 b$$
""",
        "unsaid, unsaid, unsaid",
    ),
    Trap(
        "1/2 x is not x over 2, and not 1 over 2x",
        r"""
Let $x \in \mathbb{R}$, $x > 0$ and $f = \frac{1}{2} x$.

$$f = 1/2 x$$

$$f = 1/2x$$

$$\frac{df}{dx} = 1/2$$
""",
        "unsaid, unsaid, proved",
    ),
    Trap(
        "the inverse of a number is a power, and that of a matrix is none of its entries",
        r"""
Let $a > 0$, $A \in \mathbb{R}^{n \times n}$, $b \in \mathbb{R}^n$ and $f = b^\top A^{-1} b$.

$$\frac{\partial}{\partial a} a^{-1} = -a^{-2}$$

$$\frac{\partial f}{\partial b} = (A^{-1} + A^{-\top}) b$$

$$\frac{\partial}{\partial A} \log |A| = A^{-1}$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "the square of a square matrix is a product, that of another array is taken by entries",
        r"""
Let $A \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$, $h = \tanh(x)$ and $f = \operatorname{tr}(A^2)$.

$$\frac{\partial f}{\partial A} = 2 A^\top$$

$$\frac{\partial f}{\partial A} = 2 A$$

$$\frac{\partial}{\partial x} \mathbf{1}^\top h = 1 - h^2$$
""",
        "proved, refuted, right?",
    ),
    Trap(
        "a loss that is the square of a column has no gradient",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$, $w \in \mathbb{R}^d$ and

$$L = \frac{1}{2} (y - Xw)^2$$

$$\frac{\partial L}{\partial w} = -X^\top (y - Xw)$$
""",
        "unsaid",
    ),
    Trap(
        "d over d + 1 is no derivative",
        r"""
Let $X \in \mathbb{R}^{n \times d}$ and $c = \frac{d}{d + 1}$.

$$c = 1 - \frac{1}{d+1}$$

$$c = 1 - \frac{1}{d}$$
""",
        "proved, refuted",
    ),
    Trap(
        "log₂ is not the natural logarithm",
        r"""
Let $x > 0$ and $f = \log_2 x$.

$$\frac{df}{dx} = \frac{1}{x}$$

$$\frac{df}{dx} = \frac{1}{x \ln 2}$$
""",
        "wrong?, right?",
    ),
    Trap(
        "log x y is not read, and log x log y is",
        r"""
Let $x, y > 0$.

$$\frac{\partial}{\partial x} \log x y = \frac{1}{x}$$

$$\frac{\partial}{\partial x} \log x y = \frac{y}{x}$$

$$\log x \log y = \log y \log x$$
""",
        "unsaid, unsaid, proved",
    ),
    Trap(
        "det A B and max x y are not read",
        r"""
Let $A, B \in \mathbb{R}^{n \times n}$ and $z, y \in \mathbb{R}^n$.

$$\det A B = \det A \det B$$

$$\log \det A B = \log\det(A) + \log\det(B)$$

$$\max_i z_i y_i = \max_i y_i z_i$$
""",
        "right?, right?, right?",
    ),
    Trap(
        "a factorial is not dropped",
        r"""
Let $\lambda > 0$, $y > 0$ and $L = \lambda - y \log \lambda + \log(y!)$.

$$L - \lambda + y \log \lambda = \log y$$

$$\log y! = \log y$$
""",
        "wrong?, wrong?",
    ),
    Trap(
        "e is an error where the page says so, and e to the t is then not read",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$, $w \in \mathbb{R}^d$, $t \in \mathbb{R}$, $e = y - Xw$, $L = \frac12 e^\top e$, $g = e^{-t}$.

$$\frac{\partial L}{\partial w} = -X^\top e$$

$$L = \frac12 \sum_{i=1}^n e_i^2$$

$$\frac{\partial g}{\partial t} = -e^{-t}$$
""",
        "proved, proved, right?",
    ),
    Trap(
        "a squared error e is no power of the number e",
        r"""
Let $a, y, t \in \mathbb{R}$, $e = y - a$, $L = e^2$ and $g = e^{t}$.

$$\frac{\partial L}{\partial a} = -2 e$$

$$\frac{\partial g}{\partial t} = e^t$$
""",
        "proved, right?",
    ),
    Trap(
        "the exponential of a matrix is not taken by entries",
        r"""
Let $A \in \mathbb{R}^{n \times n}$, $t \in \mathbb{R}$.

$$\frac{\partial}{\partial t} e^{t A} = A e^{t A}$$

$$\exp(A)^{-1} = \exp(-A)$$
""",
        "right?, right?",
    ),
    Trap(
        "a fraction by a square matrix is not taken by entries",
        r"""
Let $A, B \in \mathbb{R}^{n \times n}$ and $C = \frac{A}{B}$.

$$C B = A$$
""",
        "unsaid",
    ),
    Trap(
        "numbers side by side are no product",
        r"""
Let $x \in \mathbb{R}$.

$$1 000 x = 1000 x$$

$$3\frac12 x = 3.5 x$$

$$1{,}000 x = 1000 x$$

$$2 \cdot 3 x = 5 x$$
""",
        "right?, right?, right?, refuted",
    ),
    Trap(
        "a script of two digits has braces",
        r"""
Let $x \in \mathbb{R}$, $v \in \mathbb{R}^n$.

$$\frac{d}{dx} x^10 = 10 x^{9}$$

$$\frac12x^2 = \frac{x^2}{2}$$

$$v_12 = v_{12}$$
""",
        "right?, proved, right?",
    ),
    Trap(
        "a power of what has a meaning is not defined by an equation",
        r"""
Let $x \in \mathbb{R}$, $A \in \mathbb{R}^{n \times n}$, $v \in \mathbb{R}^n$. We solve

$$x^2 = 2 x$$

$$\frac{d}{dx} x^2 = 2$$

$$A^{-1} = A$$

$$v^2 = v^\top v$$
""",
        "wrong?, refuted, wrong?, unsaid",
    ),
    Trap(
        "1ᵀx is no product with the number 1",
        r"""
Let $x \in \mathbb{R}^n$.

$$1^\top x = x$$

$$1^\top x = \sum_{i=1}^n x_i$$
""",
        "wrong?, right?",
    ),
    Trap(
        "the number of an equation is no factor",
        r"""
Let $x \in \mathbb{R}$, $f = x^2$.

$$\frac{df}{dx} = 2x \quad (1)$$

$$\frac{df}{dx} = 2x ~~~~ (3)$$

$$\frac{df}{dx} = 2x \; (2.4)$$

$$\frac{df}{dx} = 2x \tag{5}$$

$$\frac{df}{dx} = 2 (x)$$
""",
        "proved, proved, proved, proved, proved",
    ),
    Trap(
        "an index of 12 is one index, of which a matrix has two",
        r"""
Let $x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$, $f = x^\top A x$.

$$\frac{\partial f}{\partial A_{12}} = x_1 x_2$$

$$\frac{\partial f}{\partial A_{1,2}} = x_1 x_2$$

$$\frac{\partial f}{\partial A_{1,2}} = x_2^2$$
""",
        "right?, proved, refuted",
    ),
    Trap(
        "norms with double bars, of matrices and with other numbers are no sums of entries",
        r"""
Let $x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times m}$.

$$||x||^2 = x^\top x$$

$$\|A\|_1 = \sum_{i=1}^n \sum_{j=1}^m |A_{ij}|$$

$$\|A\|_2^2 = \operatorname{tr}(A^\top A)$$

$$\|x\|_3 = \|x\|$$
""",
        "right?, unsaid, wrong?, wrong?",
    ),
    Trap(
        "bars of a matrix are its determinant, and of a number its absolute value",
        r"""
Let $A \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}$, $v \in \mathbb{R}^n$.

$$\frac{\partial}{\partial A} \log |A| = A^{-\top}$$

$$|x|^2 = x^2$$

$$|v| = v$$
""",
        "proved, proved, wrong?",
    ),
]


# ---- letters ---------------------------------------------------------------------------------------------------------

LETTERS = [
    Trap(
        "T is a temperature below a line and transposes above an array",
        r"""
Let $z, w \in \mathbb{R}^n$ and let $T > 0$ be the temperature. Define $f = w^T z / T$.

$$\frac{\partial f}{\partial z} = \frac{1}{T} w$$

$$\frac{\partial f}{\partial T} = -\frac{w^T z}{T^2}$$

$$\frac{\partial f}{\partial T} = \frac{w^T z}{T^2}$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "T is a size, a power of a number, and transposes an array",
        r"""
Let $x \in \mathbb{R}^T$, $A \in \mathbb{R}^{T \times T}$, $f = x^T A x$, $r > 0$ and $g = r^T$.

$$\frac{\partial f}{\partial x} = (A + A^T) x$$

$$\frac{\partial g}{\partial r} = T r^{T-1}$$

$$\frac{\partial g}{\partial r} = 1$$
""",
        "proved, right?, wrong?",
    ),
    Trap(
        "a prime transposes where the page says so",
        r"""
Here a prime denotes the transpose. Let $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$, $b \in \mathbb{R}^d$, $L = (y - Xb)'(y - Xb)$.

$$\frac{\partial L}{\partial b} = -2 X'(y - Xb)$$
""",
        "proved",
    ),
    Trap(
        "a prime of an array means nothing where the page does not say so",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$, $b \in \mathbb{R}^d$, $L = (y - Xb)'(y - Xb)$.

$$\frac{\partial L}{\partial b} = -2 X'(y - Xb)$$

$$\frac{\partial L}{\partial b} = -2 (y - Xb)$$
""",
        "right?, wrong?",
    ),
    Trap(
        "d is a size, and dW a differential",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $W \in \mathbb{R}^{d \times k}$, $Z = X W$.

$$dW = X^\top dZ$$

$$d Z = X\, dW$$
""",
        "unsaid, right?",
    ),
    Trap(
        "differentials in a chain are no products with a size d",
        r"""
Let $A \in \mathbb{R}^{d \times d}$, $x \in \mathbb{R}^d$, $f = x^\top A x$.

\begin{align*}
df &= dx^\top A x + x^\top A dx \\
&= x^\top (A + A^\top) dx
\end{align*}
""",
        "right?, right?",
    ),
    Trap(
        "N is a size beside N_k, a sum",
        r"""
Let $a \in \mathbb{R}^{N \times K}$ and $N_k = \sum_{n=1}^N a_{nk}$.

$$\sum_{k=1}^K N_k = \sum_{n=1}^N \sum_{k=1}^K a_{nk}$$

$$N_k = N$$
""",
        "right?, wrong?",
    ),
    Trap(
        "δ_ij beside an error δ_i is no entry of it",
        r"""
Let $W \in \mathbb{R}^{n \times m}$, $\delta, a \in \mathbb{R}^n$, $x \in \mathbb{R}^m$, $L = \delta^\top W x$.

$$\frac{\partial L}{\partial W_{ij}} = \delta_i x_j$$

$$\frac{\partial a_i}{\partial a_j} = \delta_{ij}$$
""",
        "proved, right?",
    ),
    Trap(
        "J and J_λ are two",
        r"""
Let $w \in \mathbb{R}^n$, $J = w^\top w$, $J_\lambda = J + \lambda w^\top w$.

$$\nabla_w J_\lambda = 2(1 + \lambda) w$$

$$\nabla_w J = 2(1 + \lambda) w$$
""",
        "proved, refuted",
    ),
    Trap(
        "π_k is an entry of π, which is no number 3.14",
        r"""
Let $\pi \in \mathbb{R}^K$, $\pi_k > 0$ and $g = \sum_k \log \pi_k$.

$$\frac{\partial g}{\partial \pi_k} = \frac{1}{\pi_k}$$

$$\frac{\partial g}{\partial \pi_k} = \frac{1}{\pi}$$
""",
        "proved, wrong?",
    ),
    Trap(
        "σ² = … gives σ² a meaning, and not σ",
        r"""
Let $x \in \mathbb{R}^n$, $\mu = \frac1n \sum_{i=1}^n x_i$, $\sigma^2 = \frac1n \sum_{i=1}^n (x_i - \mu)^2$.

$$\frac{\partial \sigma^2}{\partial x_i} = \frac{2}{n} (x_i - \mu)$$

$$\frac{\partial \sigma}{\partial x_i} = \frac{1}{n \sigma} (x_i - \mu)$$

$$\frac{\partial \sigma^2}{\partial x_i} = \frac{1}{n} (x_i - \mu)$$
""",
        "proved, right?, refuted",
    ),
    Trap(
        "ŷ and y are two, however wide the hat is",
        r"""
Let $w, x \in \mathbb{R}^n$, $y \in \mathbb{R}$, $\hat y = w^\top x$, $L = \frac12 (\hat y - y)^2$.

$$\frac{\partial L}{\partial w} = (\hat{y} - y) x$$

$$\frac{\partial L}{\partial w} = (\widehat{y} - y) x$$

$$\frac{\partial L}{\partial w} = (y - y) x$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "an index inside or outside of a hat is the same",
        r"""
Let $w \in \mathbb{R}^d$, $x_1, \dots, x_N \in \mathbb{R}^d$, $y \in \mathbb{R}^N$, $\hat{y}_i = w^\top x_i$ and $L = \sum_{i=1}^N (\hat{y_i} - y_i)^2$.

$$\frac{\partial L}{\partial \hat{y}_i} = 2 (\hat y_i - y_i)$$

$$\frac{\partial L}{\partial \hat{y}_i} = 2 (y_i - \hat y_i)$$
""",
        "proved, refuted",
    ),
    Trap(
        "the mean of a square is not the square of a mean",
        r"""
Let $x \in \mathbb{R}^n$, $\bar{x} = \frac1n \sum_i x_i$ and $\overline{x^2} = \frac1n \sum_i x_i^2$.

$$\overline{x^2} - \bar{x}^2 = \frac1n \sum_i (x_i - \bar x)^2$$

$$\bar{x}^2 = \frac1n \sum_i x_i^2$$

$$\overline{x^2} = \bar{x}^2$$
""",
        "right?, refuted, wrong?",
    ),
    Trap(
        "a variance by a declared deviation is no identity",
        r"""
Let $x \in \mathbb{R}^n$, $\sigma > 0$ and $\mu = \frac1n \sum_{i=1}^n x_i$.

$$\sigma^2 = \frac1n \sum_{i=1}^n (x_i - \mu)^2$$
""",
        "unsaid",
    ),
    Trap(
        "e_i is a basis vector, and e no number there",
        r"""
Let $x \in \mathbb{R}^n$ and let $e_i$ be the $i$-th standard basis vector.

$$e_i^\top x = x_i$$

$$\frac{\partial x}{\partial x_i} = e_i$$
""",
        "right?, right?",
    ),
    Trap(
        "σ is the softmax where the page defines it so",
        r"""
Let $z \in \mathbb{R}^n$ and $\sigma(z)_i = \frac{e^{z_i}}{\sum_{j=1}^n e^{z_j}}$.

$$\frac{\partial \sigma(z)_i}{\partial z_j} = \sigma(z)_i (\delta_{ij} - \sigma(z)_j)$$

$$\sigma'(z) = \sigma(z)(1 - \sigma(z))$$
""",
        "proved, wrong?",
    ),
    Trap(
        "σ_i and softmax_j are entries, and not the functions",
        r"""
Let $z \in \mathbb{R}^n$ and $p = \mathrm{softmax}(z)$.

$$p_j = \mathrm{softmax}_j(z)$$

$$\frac{\partial \sigma_i(z)}{\partial z_j} = \sigma_i(z)(\delta_{ij} - \sigma_j(z))$$
""",
        "right?, right?",
    ),
    Trap(
        "f and f_1 are two functions, and f_2 is none",
        r"""
Let $x \in \mathbb{R}$, $f(t) = t^2$, $f_1(t) = t^3$.

$$f_1(x) = x^3$$

$$f_2(x) = x^2$$
""",
        "proved, unsaid",
    ),
    Trap(
        "bold and plain letters are two",
        r"""
Let $\mathbf{x} \in \mathbb{R}^n$, $x \in \mathbb{R}$, $f = x \mathbf{x}^\top \mathbf{x}$.

$$\frac{\partial f}{\partial x} = \mathbf{x}^\top \mathbf{x}$$

$$\frac{\partial f}{\partial \mathbf{x}} = 2 x \mathbf{x}$$

$$\frac{\partial f}{\partial \mathbf{x}} = 2 x x$$
""",
        "proved, proved, ill-shaped",
    ),
    Trap(
        "two shapes of one Greek letter are not two numbers if only one of them is declared",
        r"""
Let $x \in \mathbb{R}$, $\epsilon > 0$, $f = \sqrt{x^2 + \epsilon}$.

$$\frac{df}{dx} = \frac{x}{\sqrt{x^2 + \varepsilon}}$$

$$\frac{df}{dx} = \frac{x}{\sqrt{x^2 + \epsilon}}$$
""",
        "right?, proved",
    ),
    Trap(
        "φ and ϕ are two where both are declared",
        r"""
Let $\phi, \varphi \in \mathbb{R}$, $f = \phi \varphi$.

$$\frac{\partial f}{\partial \phi} = \varphi$$

$$\frac{\partial f}{\partial \varphi} = \varphi$$
""",
        "proved, refuted",
    ),
    Trap(
        "calligraphic L is no L",
        r"""
Let $x \in \mathbb{R}^n$, $L = x^\top x$ and $\mathcal{L} = 3 x^\top x$.

$$\nabla_x \mathcal{L} = 6 x$$

$$\nabla_x L = 6 x$$
""",
        "proved, refuted",
    ),
    Trap(
        "undeclared vectors are no numbers",
        r"""
$$L = \frac12 \|w - y\|^2, \qquad \frac{\partial L}{\partial w} = w - y$$

Let $X \in \mathbb{R}^{n \times d}$. The vector $v$ is given, and so is $u$.

$$f = v u + u^2, \qquad \frac{\partial f}{\partial u} = v + 2u, \qquad g = X q, \qquad \frac{\partial g}{\partial q} = X$$
""",
        "unsaid, unsaid, unsaid, unsaid, proved",
    ),
    Trap(
        "undeclared letters that stand as numbers do are taken for numbers",
        r"""
$$L = \frac12 (w x - y)^2$$

$$\frac{\partial L}{\partial w} = (wx - y) x$$

$$\frac{\partial L}{\partial w} = (wx - y) y$$
""",
        "proved, refuted",
    ),
    Trap(
        "a set that is not understood declares nothing",
        r"""
Let $X \in \mathbb{R}^{B \times n_{\text{in}}}$, $A \in \mathbb{R}^{n \times n}_{\text{sym}}$, $v \in V$, $x \in \mathbb{R}^n$, $L = \|X v\|^2$, $f = x^\top A x$.

$$\frac{\partial L}{\partial v} = 2 X^\top X v$$

$$\nabla_x f = 2 A x$$
""",
        "right?, right?",
    ),
    Trap(
        "a size that is an index, too, is not the last entry",
        r"""
Let $x \in \mathbb{R}^k$, $y = \sum_{k} x_k$.

$$\frac{\partial y}{\partial x_k} = 1$$

$$\frac{\partial y}{\partial x_k} = x_k$$
""",
        "right?, wrong?",
    ),
    Trap(
        "names below a letter are no indices",
        r"""
Let $x, h \in \mathbb{R}^n$, $W_{ih} \in \mathbb{R}^{n \times n}$, $x_{max} = \max_i x_i$, $f = \log \sum_i e^{x_i - x_{max}}$ and $b_{out} \in \mathbb{R}$.

$$f = \log \sum_i e^{x_i} - x_{max}$$

$$\frac{\partial}{\partial W_{ih}} h^\top W_{ih} x = h x^\top$$

$$\frac{\partial}{\partial b_{out}} b_{out} x_{max} = x_{max}$$
""",
        "proved, right?, right?",
    ),
    Trap(
        "a power above and indices below: of the matrix, or of its entry",
        r"""
Let $A \in \mathbb{R}^{n \times n}$.

$$\operatorname{tr}(A A) = \sum_{i=1}^n \sum_{j=1}^n A^\top_{ij} A_{ij}$$

$$\frac{\partial \log \det A}{\partial A_{ij}} = A^{-1}_{ji}$$

$$\frac{\partial \log \det A}{\partial A_{ij}} = A^{-1}_{ij}$$

$$\frac{\partial \log \det A}{\partial A_{ij}} = A_{ji}^{-1}$$

$$\operatorname{tr}(A^\top A) = \sum_{i=1}^n \sum_{j=1}^n A^2_{ij}$$

$$\operatorname{tr}(A^\top A) = \sum_{i=1}^n \sum_{j=1}^n A_{ij}^2$$
""",
        "right?, proved, refuted, unsaid, unsaid, proved",
    ),
    Trap(
        "the ones and the identity are no numbers",
        r"""
Let $x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$.

$$\frac{\partial}{\partial x} \mathbf{1}^\top x = \mathbf{1}$$

$$A I = A$$

$$A + I = A + 1$$
""",
        "right?, proved, wrong?",
    ),
]


# ---- sums and indices ------------------------------------------------------------------------------------------------

SUMS = [
    Trap(
        "a later Σ with the same letter is its own",
        r"""
Let $x, y \in \mathbb{R}^n$, $b \in \mathbb{R}$.

$$\sum_i x_i + b - \sum_i y_i = \mathbf{1}^\top (x - y) + b$$

$$\sum_{i=1}^n x_i y_i + \sum_{i=1}^n x_i = \sum_{i=1}^n x_i (y_i + 1)$$

$$\left(\sum_i x_i\right)^2 = \sum_i x_i \sum_i x_i$$

$$\sum_i x_i \sum_i x_i = \sum_i x_i^2$$
""",
        "proved, proved, proved, refuted",
    ),
    Trap(
        "Σ ends before what does not have its index",
        r"""
Let $x \in \mathbb{R}^n$, $b \in \mathbb{R}$.

$$\sum_i x_i - b = \mathbf{1}^\top x - b$$

$$\sum_i x_i - b = \sum_i (x_i - b)$$
""",
        "proved, refuted",
    ),
    Trap(
        "Σ_{i≠j} goes over both, unless j is there already",
        r"""
Let $x \in \mathbb{R}^n$, $f = \sum_{i \neq j} x_i x_j$.

$$f = \left(\sum_i x_i\right)^2 - \sum_i x_i^2$$

$$\frac{\partial f}{\partial x_j} = 2 \sum_{i \ne j} x_i$$

$$\frac{\partial f}{\partial x_j} = \sum_{i \ne j} x_i$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "sums over pairs count each pair as it is said",
        r"""
Let $x \in \mathbb{R}^n$.

$$\sum_{i < j} x_i x_j = \frac12 \left[ \left(\sum_i x_i\right)^2 - \sum_i x_i^2 \right]$$

$$\sum_{i, j} x_i x_j = \left(\sum_i x_i\right)^2$$

$$\sum_{i \le j} x_i x_j = \left(\sum_i x_i\right)^2$$
""",
        "proved, proved, wrong?",
    ),
    Trap(
        "the bounds of a Σ are not ignored",
        r"""
Let $x \in \mathbb{R}^n$.

$$\sum_{i=0}^{n-1} x_i = \mathbf{1}^\top x$$

$$\sum_{i=1}^{n-1} x_i = \mathbf{1}^\top x$$

$$\sum_{i=2}^{n} x_i = \mathbf{1}^\top x$$

$$\sum_i^{n-1} x_i = \mathbf{1}^\top x$$

$$\sum_i^n x_i = \mathbf{1}^\top x$$

$$\sum x_i = \mathbf{1}^\top x$$
""",
        "unsaid, wrong?, wrong?, wrong?, proved, right?",
    ),
    Trap(
        "an index that occurs twice is not summed over where the page says nothing of it",
        r"""
Let $A \in \mathbb{R}^{n \times m}$, $x \in \mathbb{R}^m$, $y = A x$.

$$y_i = A_{ij} x_j$$
""",
        "unsaid",
    ),
    Trap(
        "an index three times is summed over by no convention",
        r"""
We use the summation convention. Let $A \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$, $y = A x$.

$$\frac{\partial y_i}{\partial x_j} = A_{ij}$$

$$y_i = A_{ii} x_i$$
""",
        "proved, wrong?",
    ),
    Trap(
        "Σ over the index of the left-hand side is not Σ over the other one",
        r"""
Let $A \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$, $y = Ax$.

$$y_i = \sum_{j} A_{ij} x_j$$

$$y_j = \sum_{i} A_{ji} x_i$$

$$y_i = \sum_i A_{ij} x_j$$

$$\frac{\partial y_i}{\partial x_j} = A_{ji}$$
""",
        "proved, proved, wrong?, refuted",
    ),
    Trap(
        "examples that lost their index are none",
        r"""
Let $x^{(1)}, \dots, x^{(m)} \in \mathbb{R}^n$, $w \in \mathbb{R}^n$, $J = \frac{1}{m} \sum_{i=1}^m w^\top x^{(i)}$.

$$\frac{\partial J}{\partial w} = \frac{1}{m} \sum_{i=1}^m x$$

$$\frac{\partial J}{\partial w} = \frac{1}{m} \sum_{i=1}^m x^{(i)}$$

$$\frac{\partial J}{\partial w} = \sum_{i=1}^m x^{(i)}$$
""",
        "unsaid, proved, refuted",
    ),
    Trap(
        "AB_ij may be an entry of the product",
        r"""
Let $A, B, C \in \mathbb{R}^{n \times n}$.

$$(AB)_{ij} = A_{ij} B_{ij}$$

$$AB_{ij} = \sum_k A_{ik} B_{kj}$$

$$\operatorname{tr}(ABC) = \sum_{i,j,k} A_{ij} B_{jk} C_{ik}$$
""",
        "refuted, right?, refuted",
    ),
    Trap(
        "sums over a set and under two conditions go over no other indices",
        r"""
Let $x \in \mathbb{R}^n$, $C \subset \{1, \dots, n\}$.

$$\sum_{i \in C} x_i = \sum_i x_i$$

$$\sum_{i : x_i > 0} x_i = \sum_i x_i$$

$$\sum_{1 \le i \le n} x_i = 2 \sum_i x_i$$
""",
        "wrong?, wrong?, wrong?",
    ),
    Trap(
        "labels are counted, and are no numbers",
        r"""
Let $y_1, \dots, y_N \in \{1, \dots, K\}$, $Z \in \mathbb{R}^{N \times K}$, $P_{ik} = \frac{e^{Z_{ik}}}{\sum_{l=1}^K e^{Z_{il}}}$, $L = -\sum_{i=1}^N \log P_{i y_i}$.

$$\frac{\partial L}{\partial Z_{ik}} = P_{ik} - \mathbb{1}[y_i = k]$$

$$\frac{\partial L}{\partial Z_{ik}} = P_{ik} - y_i$$

$$\frac{\partial L}{\partial Z_{ik}} = P_{ik} - 1$$
""",
        "proved, wrong?, refuted",
    ),
    Trap(
        "what holds of the last step is not said of the others",
        r"""
Let $x_1, x_2, x_3 \in \mathbb{R}^d$, $W, U \in \mathbb{R}^{d \times d}$, $h_0 \in \mathbb{R}^d$, and for $t = 1, \dots, 3$ let $h_t = \tanh(W h_{t-1} + U x_t)$, $L = \sum_{t=1}^3 \mathbf{1}_d^\top h_t$.

For the last step, $t = 3$,

$$\frac{\partial L}{\partial h_t} = \mathbf{1}_d$$

For $t < 3$,

$$\frac{\partial L}{\partial h_t} = \mathbf{1}_d + W^\top \left( (1 - h_{t+1}^2) \odot \frac{\partial L}{\partial h_{t+1}} \right)$$

In all, $\frac{\partial L}{\partial h_t} = \mathbf{1}_d$.
""",
        "right?, right?, wrong?",
    ),
    Trap(
        "x_i of a matrix X is a row or a column only if it is said which",
        r"""
Let $X \in \mathbb{R}^{n \times n}$, $w \in \mathbb{R}^n$, $L = \|Xw\|^2$.

$$\frac{\partial L}{\partial w} = 2 \sum_{i=1}^n (w^\top x_i) x_i$$

$$\frac{\partial L}{\partial w} = 2 \sum_{i=1}^n (w^\top X_i) X_i$$
""",
        "unsaid, unsaid",
    ),
    Trap(
        "a product over an index, an integral and an expectation are not read",
        r"""
Let $x \in \mathbb{R}^n$, $x_i > 0$, $\mu \in \mathbb{R}^n$.

$$\log \prod_{i=1}^n x_i = \sum_{i=1}^n \log x_i$$

$$\mathbb{E}[x] = \mu$$

$$\int_0^1 x \, dx = \frac12$$
""",
        "right?, unsaid, unsaid",
    ),
    Trap(
        "the largest entry has a slope at one place",
        r"""
Let $z \in \mathbb{R}^n$ and $f = \max_i z_i$.

$$\frac{\partial f}{\partial z_j} = 1$$

$$\frac{\partial f}{\partial z_j} = z_j$$
""",
        "wrong?, wrong?",
    ),
    Trap(
        "a sum over examples up to a size, and a range behind a comma",
        r"""
Let $x_1, \dots, x_N \in \mathbb{R}^d$, $w \in \mathbb{R}^d$, $y \in \mathbb{R}^N$. For $i = 1, \dots, N$ let $e_i = y_i - w^\top x_i$, and $L = \frac12 \sum_{i=1}^N e_i^2$.

$$\frac{\partial L}{\partial w} = -\sum_{i=1}^N e_i x_i$$

$$\frac{\partial L}{\partial e_i} = e_i, \quad i = 1, \dots, N$$

$$\frac{\partial L}{\partial e_i} = 2 e_i \quad \text{for all } i$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "a power of a decay beside steps in time is no index",
        r"""
Let $g_1, \dots, g_T \in \mathbb{R}^d$, $\beta \in (0,1)$ and $m_t = \beta m_{t-1} + (1 - \beta) g_t$, $m_0 = 0$, for $t = 1, \dots, T$.

$$m_t = (1 - \beta) \sum_{s=1}^t \beta^{t-s} g_s$$

$$m_t = (1 - \beta) \sum_{s=1}^t \beta^{s} g_s$$
""",
        "right?, wrong?",
    ),
    Trap(
        "the exponent n is a number, also beside x_n",
        r"""
Let $x \in \mathbb{R}$. For $n = 1, 2, \dots$ let $f_n(x) = x^n$.

$$\frac{d}{dx} x^n = n x^{n-1}$$

$$\frac{d}{dx} x^n = x^{n-1}$$
""",
        "right?, right?, wrong?",
    ),
]


# ---- conditions ------------------------------------------------------------------------------------------------------

SOFTMAX = r"Let $z \in \mathbb{R}^n$ and $p_i = \frac{e^{z_i}}{\sum_{k=1}^n e^{z_k}}$."

CONDITIONS = [
    Trap(
        "cases of a Jacobian with their condition behind them",
        SOFTMAX
        + r"""

$$\frac{\partial p_i}{\partial z_j} = -p_i p_j \quad \text{if } i \neq j$$

$$\frac{\partial p_i}{\partial z_j} = -p_i p_j \qquad (i \neq j)$$

$$\frac{\partial p_i}{\partial z_j} = -p_i p_j (i \neq j)$$

$$\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i), \quad i = j$$

We have $\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i)$ if $i = j$ and $\frac{\partial p_i}{\partial z_j} = - p_i p_j$ otherwise.
""",
        "right?, right?, unsaid, right?, right?, right?",
    ),
    Trap(
        "cases of a Jacobian with their condition in the words before",
        SOFTMAX
        + r"""

If $i = j$:

$$\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i)$$

For $i \ne j$,

$$\frac{\partial p_i}{\partial z_j} = -p_i p_j$$

When $i = j$ we have $\frac{\partial p_i}{\partial z_j} = p_i (1 - p_j)$.
""",
        "right?, right?, right?",
    ),
    Trap(
        "cases of a Jacobian as a list",
        SOFTMAX
        + r"""
There are two cases:

- $i = j$: $\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i)$
- $i \neq j$: $\frac{\partial p_i}{\partial z_j} = -p_i p_j$
""",
        "right?, right?",
    ),
    Trap(
        "cases of a Jacobian in bold and in headings",
        SOFTMAX
        + r"""

**Case 1: $i = j$.** The quotient rule gives

$$\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i)$$

and so

$$\frac{\partial p_i}{\partial z_j} = p_i - p_i^2.$$

### Case 2: $i \ne j$

Here

$$\frac{\partial p_i}{\partial z_j} = -p_i p_j$$

### Together

$$\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)$$

$$\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_i)$$
""",
        "right?, right?, right?, proved, refuted",
    ),
    Trap(
        "both sides of a kink",
        r"""
Let $x \in \mathbb{R}$. For $x > 0$ the derivative is $\frac{d}{dx}|x| = 1$, for $x < 0$ it is $\frac{d}{dx}|x| = -1$.

$$\frac{d}{dx}|x| = 1 \quad \text{for } x > 0$$

$$\frac{d}{dx}|x| = -1, \quad x < 0$$
""",
        "unsaid, unsaid, unsaid, unsaid",
    ),
    Trap(
        "a condition behind a display goes with it",
        r"""
Let $x \in \mathbb{R}$, $f = |x|$. We have

$$\frac{df}{dx} = 1,$$

whenever $x > 0$, and

$$\frac{df}{dx} = -1$$

if $x < 0$.
""",
        "unsaid, unsaid",
    ),
    Trap(
        "a value at one place",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$, $y \in \mathbb{R}^n$, $L = \frac12\|Xw - y\|^2$. At $w = 0$ the gradient is

$$\nabla_w L = -X^\top y$$

In general,

$$\nabla_w L = X^\top (X w - y)$$
""",
        "unsaid, proved",
    ),
    Trap(
        "an example with numbers",
        r"""
Let $w, x, y \in \mathbb{R}$, $L = (w x - y)^2$.

$$\frac{\partial L}{\partial w} = 2 (wx - y) x$$

For example, with $w = 2$, $x = 1$ and $y = 0$ we get

$$\frac{\partial L}{\partial w} = 4$$

and

$$L = 4$$
""",
        "proved, unsaid, unsaid",
    ),
    Trap(
        "where y = 1",
        r"""
Let $a > 0$, $y \in \{0, 1\}$, $L = -y \log a$. Where $y = 1$,

$$L = -\log a$$

$$\frac{\partial L}{\partial a} = -\frac{y}{a}$$
""",
        "unsaid, proved",
    ),
    Trap(
        "equations behind a gradient that is set to 0",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$, $y \in \mathbb{R}^n$, $L = \frac12\|Xw - y\|^2$. Setting the gradient to zero,

$$\nabla_w L = X^\top (Xw - y) = 0$$

gives the normal equations

$$X^\top X w = X^\top y$$

and hence

$$w = (X^\top X)^{-1} X^\top y$$
""",
        "proved, unsaid, unsaid",
    ),
    Trap(
        "a solution does not say what the variable is elsewhere",
        r"""
Let $w, b \in \mathbb{R}^d$, $f = \frac12 \|w - b\|^2$.

$$\nabla_w f = 3 (w - b)$$

At the optimum,

$$w = b$$

$$\nabla_w f = 0$$
""",
        "refuted, unsaid, unsaid",
    ),
    Trap(
        "conditions of a Lagrangian",
        r"""
Let $x, a \in \mathbb{R}^n$, $\mathcal{L} = a^\top x - \lambda (x^\top x - 1)$.

$$\frac{\partial \mathcal{L}}{\partial x} = a - 2 \lambda x = 0$$

$$x = \frac{a}{2 \lambda}$$

$$\frac{\partial \mathcal{L}}{\partial \lambda} = 1 - x^\top x = 0$$
""",
        "proved, unsaid, proved",
    ),
    Trap(
        "updates are no identities",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$, $y \in \mathbb{R}^n$, $L = \frac12\|Xw - y\|^2$.

$$w := w - \eta \frac{\partial L}{\partial w}$$

$$w = w - \eta X^\top (Xw - y)$$
""",
        "proved",
    ),
    Trap(
        "a special case in words",
        r"""
Let $A \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$, $f = x^\top A x$. In general

$$\nabla_x f = (A + A^\top) x$$

If $A$ is symmetric, this becomes

$$\nabla_x f = 2 A x$$
""",
        "proved, right?",
    ),
    Trap(
        "a matrix that is supposed to be symmetric by an equation",
        r"""
Let $A \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$, $f = x^\top A x$. Assume $A = A^\top$. Then

$$\nabla_x f = 2 A x$$
""",
        "right?",
    ),
    Trap(
        "a matrix that is symmetric by a remark",
        r"""
Let $A \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$, $f = x^\top A x$. Since $A^\top = A$,

$$\nabla_x f = 2 A x$$
""",
        "right?",
    ),
    Trap(
        "cross-entropy with labels that sum to one by an equation",
        r"""
Let $z, y \in \mathbb{R}^K$, $p = \mathrm{softmax}(z)$ and $L = -\sum_{k=1}^K y_k \log p_k$. Since $\sum_{k=1}^K y_k = 1$, we get

$$\frac{\partial L}{\partial z} = p - y$$
""",
        "right?, right?",
    ),
    Trap(
        "cross-entropy with labels of which nothing is said, and with one-hot ones",
        r"""
Let $z, y \in \mathbb{R}^K$, $p = \mathrm{softmax}(z)$ and $L = -\sum_{k=1}^K y_k \log p_k$.

$$\frac{\partial L}{\partial z} = p - y$$

## One-hot labels

Let $t \in \{0, 1\}^K$ be one-hot, and $C = -\sum_{k=1}^K t_k \log p_k$.

$$\frac{\partial C}{\partial z} = p - t$$
""",
        "refuted, proved",
    ),
    Trap(
        "a unit vector by an equation",
        r"""
Let $x \in \mathbb{R}^n$, $\|x\| = 1$, $A \in \mathbb{R}^{n \times n}$.

$$x^\top x A = A$$
""",
        "right?",
    ),
    Trap(
        "limits",
        r"""
Let $x, h \in \mathbb{R}$, $f(x) = x^2$.

$$f(x + h) = x^2 + 2xh + h^2$$

$$f'(x) = \lim_{h \to 0} \frac{f(x+h) - f(x)}{h}$$

As $h \to 0$,

$$f(x + h) = f(x)$$
""",
        "proved, right?, unsaid",
    ),
    Trap(
        "the true class",
        r"""
Let $z \in \mathbb{R}^K$, $p = \mathrm{softmax}(z)$. For the true class,

$$-\log p_k = -\log p_k + \log (1 - p_k)$$
""",
        "unsaid",
    ),
    Trap(
        "signs that claim less than equality",
        r"""
Let $x \in \mathbb{R}$, $f = e^x$, $a > 0$.

$$f \approx 1 + x$$

$$\frac{df}{dx} = e^x \approx 1$$

$$f \geq 1 + x$$

$$a \neq x$$

$$f \propto x$$
""",
        "proved",
    ),
    Trap(
        "probabilities are no products with an equation inside",
        r"""
Let $w, x \in \mathbb{R}^n$, $y \in \{0, 1\}$, $z \in \mathbb{R}^K$.

$$P(y = 1 | x) = \sigma(w^\top x)$$

$$P(y|x) = \sigma(w^\top x)^y (1 - \sigma(w^\top x))^{1-y}$$

$$P(y = k \mid z) = \frac{e^{z_k}}{\sum_j e^{z_j}}$$
""",
        "",
    ),
]


# ---- functions and derivatives ---------------------------------------------------------------------------------------

DERIVATIVES = [
    Trap(
        "c(x + y) is a product of numbers",
        r"""
Let $x, y, c \in \mathbb{R}$ and $f = c(x + y)$.

$$\frac{\partial f}{\partial c} = x + y$$

$$\frac{\partial f}{\partial x} = 1$$
""",
        "proved, refuted",
    ),
    Trap(
        "f(x) is an application where f is a function, and df/dx (x) no product",
        r"""
Let $x \in \mathbb{R}$, $f(x) = x^3$.

$$\frac{df}{dx}(x) = 3 x^2$$

$$\frac{df}{dx}(2) = 12$$

$$f(2 x) = 8 f(x)$$

$$f(2 x) = 2 f(x)$$
""",
        "proved, right?, proved, refuted",
    ),
    Trap(
        "the gradient at another argument is not that of the composition",
        r"""
Let $x \in \mathbb{R}^n$, $f(x) = x^\top x$.

$$\nabla f(2x) = 4 x$$

$$\nabla f(2x) = 8 x$$

$$\nabla f(x)^\top x = 2 x^\top x$$

$$\nabla f(x)^\top x = x^\top x$$
""",
        "right?, wrong?, proved, refuted",
    ),
    Trap(
        "p(1 - p) is a product, also of a p(z)",
        r"""
Let $z, q \in \mathbb{R}$, $p(z) = \frac{1}{1 + e^{-z}}$.

$$\frac{dp}{dz} = p(1-p)$$

$$\frac{dp}{dz} = p(z)(1-p(z))$$

$$p(-z) = 1 - p(z)$$

$$p(1 - q) = p - p q$$

$$\frac{dp}{dz} = p(1+p)$$
""",
        "proved, proved, proved, unsaid, refuted",
    ),
    Trap(
        "values behind a bar",
        r"""
Let $x \in \mathbb{R}$, $f = x^3$.

$$\left. \frac{df}{dx} \right|_{x = 1} = 3$$

$$\frac{df}{dx} \Big|_{x=2} = 12$$

$$f |_{x=1} = 1$$
""",
        "right?, right?, right?",
    ),
    Trap(
        "a chain of derivatives is a row, or is not read",
        r"""
Let $x \in \mathbb{R}^n$, $W \in \mathbb{R}^{m \times n}$, $z = Wx$, $L = z^\top z$.

$$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial z} \frac{\partial z}{\partial x}$$
""",
        "right?",
    ),
    Trap(
        "traces without brackets go on, and with them they end",
        r"""
Let $A, B \in \mathbb{R}^{n \times n}$.

$$\operatorname{tr} A B = \operatorname{tr}(BA)$$

$$\operatorname{tr}(A) B = \operatorname{tr}(AB)$$

$$\operatorname{tr}(A)^2 = \operatorname{tr}(A^2)$$
""",
        "proved, ill-shaped, refuted",
    ),
    Trap(
        "arguments that change places are put in at once",
        r"""
Let $x, y \in \mathbb{R}$ and $f(x, y) = x - y^2$.

$$f(x, y) - f(y, x) = x - y^2 - y + x^2$$

$$f(y, x) = x - y^2$$
""",
        "proved, refuted",
    ),
    Trap(
        "an argument with the letter of a transpose",
        r"""
Let $T \in \mathbb{R}$, $x \in \mathbb{R}^n$, $f(T) = T^2 x^\top x$.

$$f(2 T) = 4 f(T)$$

$$f(2 T) = 2 f(T)$$
""",
        "proved, refuted",
    ),
    Trap(
        "the slope of a function at another argument lacks the inner derivative",
        r"""
Let $x \in \mathbb{R}$, $g(t) = t^2$, $h = g(3x)$.

$$\frac{dh}{dx} = 3 g'(3x)$$

$$\frac{dh}{dx} = g'(3x)$$
""",
        "proved, refuted",
    ),
    Trap(
        "squares inside and outside of a derivative, and second derivatives",
        r"""
Let $x \in \mathbb{R}$, $f = x^3$.

$$\frac{\partial f^2}{\partial x} = 6 x^5$$

$$\frac{\partial^2 f}{\partial x^2} = 6x$$

$$\left(\frac{df}{dx}\right)^2 = 9 x^4$$

$$\frac{df^2}{dx^2} = 6 x$$
""",
        "proved, proved, proved, unsaid",
    ),
    Trap(
        "a number in round brackets above a function is no layer",
        r"""
Let $x \in \mathbb{R}$.

$$\tanh^{(2)}(x) = \tanh(x)$$

$$\tanh^2(x) = \tanh(x) \tanh(x)$$

$$\tanh^{-1}(x) = \frac{1}{\tanh(x)}$$
""",
        "wrong?, proved, wrong?",
    ),
    Trap(
        "a derivative by what something does not depend on is not 0 without a word",
        r"""
Let $x, y \in \mathbb{R}^n$.

$$\frac{\partial y}{\partial x} = 0$$

$$\frac{\partial L}{\partial x} = y$$
""",
        "unsaid, unsaid",
    ),
    Trap(
        "a loss that is never defined",
        r"""
Let $W \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $y = Wx$, and let $L$ be a loss.

$$\frac{\partial L}{\partial W} = \frac{\partial L}{\partial y} x^\top$$

$$\frac{\partial L}{\partial x} = W \frac{\partial L}{\partial y}$$
""",
        "right?, wrong?",
    ),
    Trap(
        "denominator layout that is said",
        r"""
We use denominator layout. Let $A \in \mathbb{R}^{m \times n}$, $B \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$, $y = A x$ and $v = B x$.

$$\frac{\partial y}{\partial x} = A^\top$$

$$\frac{\partial v}{\partial x} = B^\top$$

$$\frac{\partial v}{\partial x} = B$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "numerator layout that is said: gradients are rows",
        r"""
We use the numerator layout, in which the gradient is a row vector. Let $a, x \in \mathbb{R}^n$, $B \in \mathbb{R}^{n \times n}$, $f = a^\top x$ and $v = B x$.

$$\frac{\partial f}{\partial x} = a^\top$$

$$\frac{\partial v}{\partial x} = B$$

$$\frac{\partial v}{\partial x} = B^\top$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "a layout that is not said, of square and of other Jacobians",
        r"""
Let $A \in \mathbb{R}^{m \times n}$, $B \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$, $y = A x$ and $v = B x$.

$$\frac{\partial v}{\partial x} = B^\top$$

$$\frac{\partial y}{\partial x} = A^\top$$
""",
        "unsaid, unsaid",
    ),
    Trap(
        "a gradient that is printed as a row where nothing is said of it",
        r"""
Let $a, x \in \mathbb{R}^n$, $f = a^\top x$.

$$\frac{\partial f}{\partial x} = a^\top$$
""",
        "unsaid",
    ),
    Trap(
        "a transpose that is lost on a page that prints columns is found",
        r"""
Let $A \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $y \in \mathbb{R}^m$, $L = \frac12 \|A x - y\|^2$.

$$\frac{\partial L}{\partial A} = x (A x - y)^\top$$

$$\frac{\partial L}{\partial x} = A^\top (A x - y)$$
""",
        "ill-shaped, proved",
    ),
    Trap(
        "· between columns is no product of their entries and none of numbers",
        r"""
Let $a, w, y, z \in \mathbb{R}^n$, $s = \sigma(z)$, $L = \frac12 \|s - y\|^2$, $f = w \cdot a$.

$$\nabla_w f = a$$

$$\frac{\partial L}{\partial z} = (s - y) \cdot \sigma'(z)$$
""",
        "proved, right?",
    ),
    Trap(
        "× of columns and * on a page about convolution",
        r"""
Let $a, b \in \mathbb{R}^3$, $c = a \times b$, $x, w \in \mathbb{R}^n$ and $y = x * w$, where $*$ is the convolution.

$$\frac{\partial c}{\partial a} = \operatorname{diag}(b)$$

$$\frac{\partial}{\partial x} \sum_{i=1}^n y_i = w$$
""",
        "wrong?, wrong?",
    ),
    Trap(
        "three columns side by side are a number times a column",
        r"""
Let $x, y, z \in \mathbb{R}^n$ and $f = x^\top y z$.

$$f = z x^\top y$$

$$f = y x^\top z$$
""",
        "proved, refuted",
    ),
    Trap(
        "the 1-norm has the signs as its slope",
        r"""
Let $x \in \mathbb{R}^n$ and $f = \|x\|_1$.

$$\frac{\partial f}{\partial x} = \operatorname{sign}(x)$$

$$\frac{\partial f}{\partial x} = x$$
""",
        "proved, refuted",
    ),
    Trap(
        "diag of a column and of a matrix",
        r"""
Let $A \in \mathbb{R}^{n \times n}$, $x \in \mathbb{R}^n$.

$$\operatorname{diag}(x) x = x \odot x$$

$$\operatorname{tr}(A) = \mathbf{1}^\top \operatorname{diag}(A)$$

$$\operatorname{diag}(x) = x$$
""",
        "proved, right?, wrong?",
    ),
    Trap(
        "labels as a column, against sums over examples",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $y \in \{0,1\}^n$, $w \in \mathbb{R}^d$, $p = \sigma(Xw)$, $L = -\sum_{i=1}^n [y_i \log p_i + (1 - y_i) \log (1 - p_i)]$.

$$\frac{\partial L}{\partial w} = X^\top (p - y)$$

$$\frac{\partial L}{\partial w} = X^\top (y - p)$$

$$\frac{\partial L}{\partial w} = X (p - y)$$
""",
        "proved, refuted, ill-shaped",
    ),
    Trap(
        "a bias that is added to every column",
        r"""
Let $X \in \mathbb{R}^{d \times n}$, $W \in \mathbb{R}^{m \times d}$, $b \in \mathbb{R}^m$, $Z = W X + b$, $L = \frac12 \|Z\|_F^2$.

$$\frac{\partial L}{\partial b} = Z \mathbf{1}$$

$$\frac{\partial L}{\partial b} = Z$$
""",
        "proved, ill-shaped",
    ),
    Trap(
        "powers that are numbers of layers",
        r"""
Let $x \in \mathbb{R}^n$, $W^1 \in \mathbb{R}^{m \times n}$, $W^2 \in \mathbb{R}^{1 \times m}$, $a^1 = \sigma(W^1 x)$, $a^2 = W^2 a^1$.

$$\frac{\partial a^2}{\partial x} = (W^1)^\top ((W^2)^\top \odot \sigma'(W^1 x))$$

$$\frac{\partial a^2}{\partial x} = (W^1)^\top ((W^2)^\top \odot \sigma(W^1 x))$$
""",
        "proved, refuted",
    ),
]


# ---- lines, words and definitions ------------------------------------------------------------------------------------

LINES = [
    Trap(
        "a line that goes on with a factor",
        r"""
Let $A, Y \in \mathbb{R}^{m \times n}$, $X \in \mathbb{R}^{k \times n}$, $W \in \mathbb{R}^{m \times k}$, $A = W X$, $L = \frac12 \|A - Y\|_F^2$.

\begin{align}
\frac{\partial L}{\partial W} &= (A - Y) \\
&\quad X^\top
\end{align}
""",
        "proved",
    ),
    Trap(
        "two equations side by side in an align",
        r"""
Let $x, y \in \mathbb{R}$, $f = x y$.

\begin{align}
\frac{\partial f}{\partial x} &= y & \frac{\partial f}{\partial y} &= x \\
\frac{\partial f}{\partial x} &= x & \frac{\partial f}{\partial y} &= y
\end{align}
""",
        "proved, proved, refuted, refuted",
    ),
    Trap(
        "a chain over lines with signs in front and behind",
        r"""
Let $a, b \in \mathbb{R}$.

\begin{align}
(a + b)^2 &= a^2 \\
&\quad + 2 a b \\
&\quad + b^2 \\
&= a^2 + b^2 \tag{1}
\end{align}

\begin{align}
(a + b)^2 &= a^2 + \\
& 2 a b + b^2 \label{eq:x}
\end{align}
""",
        "proved, refuted, proved",
    ),
    Trap(
        "statements behind ⇒, commas, words and wide spaces are their own",
        r"""
Let $x, y \in \mathbb{R}$, $f = x^2 \quad g = x^3$.

$$\frac{df}{dx} = 2x \implies \frac{dg}{dx} = 3 x^2$$

$$\frac{df}{dx} = 2x, \frac{dg}{dx} = 3 x^2$$

$$\frac{df}{dx} = 2x \text{ and } \frac{dg}{dx} = 3 x^2$$

$$\frac{df}{dx} = 2x \quad \frac{dg}{dx} = 2 x^2$$
""",
        "proved, proved, proved, proved, proved, right?, proved, refuted",
    ),
    Trap(
        "boxes and braces are part of the formula, and notes below them are none",
        r"""
Let $x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n\times n}$, $f = x^\top A x$.

$$\boxed{\frac{\partial f}{\partial x} = (A + A^\top) x}$$

$$\frac{\partial f}{\partial x} = \boxed{A x}$$

$$\frac{\partial f}{\partial x} = \underbrace{(A + A^\top)}_{= 2A \text{ if symmetric}} x$$
""",
        "proved, refuted, proved",
    ),
    Trap(
        "macros are what they print",
        r"""
\newcommand{\half}{\frac{1}{2}}
\newcommand{\norm}[1]{\left\| #1 \right\|}
\newcommand{\s}{a + b}

Let $a, b, c \in \mathbb{R}$, $x \in \mathbb{R}^n$.

$$\half \norm{x}^2 = \frac12 x^\top x$$

$$c + 2 \s = c + 2 (a + b)$$
""",
        "proved, refuted",
    ),
    Trap(
        "a macro with two meanings has none",
        r"""
\newcommand{\v}{x}

Let $x, y \in \mathbb{R}$, $f = \v^2$.

\renewcommand{\v}{y}

$$\frac{\partial f}{\partial x} = 2\v$$
""",
        "wrong?, wrong?",
    ),
    Trap(
        "cases without braces around their words, and with functions in them",
        r"""
Let $x \in \mathbb{R}$ and

$$f(x) = \begin{cases} x \exp(-x) \text{ if } x > 0 \\ 0 \text{ otherwise} \end{cases}$$

$$\frac{df}{dx} = \begin{cases} (1 - x) e^{-x} & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}$$

$$\frac{df}{dx} = \begin{cases} (1 + x) e^{-x} & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}$$
""",
        "proved, refuted",
    ),
    Trap(
        "cases that leave something open or have two signs are not completed",
        r"""
Let $x \in \mathbb{R}$ and

$$f(x) = \begin{cases} -1 & x < -1 \\ x & -1 \le x \le 1 \\ 1 & x > 1 \end{cases}$$

$$\frac{df}{dx} = 1$$

$$g(x) = \begin{cases} x^2 & x < 0 \\ x & x > 1 \end{cases}$$

$$\frac{dg}{dx} = 1$$
""",
        "unsaid, wrong?, unsaid, wrong?",
    ),
    Trap(
        "kinks by cases and by indicators",
        r"""
Let $x \in \mathbb{R}$, $v \in \mathbb{R}^n$, $f = \max(0, x)$, $a = \max(0, v)$.

$$\frac{df}{dx} = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}$$

$$\frac{df}{dx} = \mathbb{1}[x > 0]$$

$$\frac{\partial}{\partial v} \mathbf{1}^\top a = I[v > 0]$$

$$\frac{df}{dx} = \mathbf{1}[x < 0]$$
""",
        "proved, proved, right?, refuted",
    ),
    Trap(
        "blocks",
        r"""
Let $A \in \mathbb{R}^{n \times n}$, $B \in \mathbb{R}^{n \times m}$, $x \in \mathbb{R}^n$, $y \in \mathbb{R}^m$.

$$\begin{bmatrix} A & B \end{bmatrix} \begin{bmatrix} x \\ y \end{bmatrix} = A x + B y$$

$$\begin{bmatrix} A & B \end{bmatrix} \begin{bmatrix} x \\ y \end{bmatrix} = A x - B y$$

$$\begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix} = -2$$
""",
        "proved, refuted, right?",
    ),
    Trap(
        "a symbol that gets another meaning in its section",
        r"""
Let $x \in \mathbb{R}$. Suppose first that $f = x^2$. Then

$$\frac{df}{dx} = 2 x$$

Now let

$$f = x^3$$

Then

$$\frac{df}{dx} = 3 x^2$$

$$\frac{df}{dx} = 2 x$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "a loss that a later section defines anew",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$, $y \in \{0,1\}^n$, $p = \sigma(Xw)$.

## Squared error

$$L = \frac12 \|p - y\|^2$$

$$\frac{\partial L}{\partial p} = p - y$$

## Cross entropy

$$L = -y^\top \log p - (1 - y)^\top \log(1 - p)$$

$$\frac{\partial L}{\partial w} = X^\top (p - y)$$

$$\frac{\partial L}{\partial w} = X^\top ((p - y) \odot p \odot (1 - p))$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "a loss that is written out is claimed, and not defined anew",
        r"""
Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$, $y \in \mathbb{R}^n$, $L = \|y - Xw\|^2$.

## Gradient

Expanding the square,

$$L = y^\top y - y^\top X w + w^\top X^\top X w$$

$$\frac{\partial L}{\partial w} = 2 X^\top X w - 2 X^\top y$$
""",
        "refuted, proved",
    ),
    Trap(
        "symbols that are declared again with other sizes",
        r"""
Let $W \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $L = \mathbf{1}^\top W x$.

$$\frac{\partial L}{\partial x} = W^\top \mathbf{1}$$

Now let $W \in \mathbb{R}^{k \times k}$ and $x \in \mathbb{R}^k$ and $L = x^\top W x$.

$$\frac{\partial L}{\partial W} = x x^\top$$

$$\frac{\partial L}{\partial W} = \mathbf{1} x^\top$$
""",
        "proved, proved, wrong?",
    ),
    Trap(
        "a chain that begins with a definition",
        r"""
Let $x, y \in \mathbb{R}$.

$$f = (x + y)^2 = x^2 + y^2 + 2xy = x^2 + y^2$$
""",
        "proved, refuted",
    ),
    Trap(
        "a word in a formula is a name",
        r"""
Let $y, p \in \mathbb{R}^n$ and $\text{MSE} = \frac{1}{n} \|y - p\|^2$.

$$\frac{\partial \text{MSE}}{\partial p} = \frac{2}{n} (p - y)$$

$$\frac{\partial \text{MSE}}{\partial p} = \frac{1}{n} (p - y)$$

$$\frac{\partial \text{Loss}}{\partial p} = \frac{2}{n} (p - y)$$
""",
        "proved, refuted, unsaid",
    ),
    Trap(
        "let i = 1",
        r"""
Let $x \in \mathbb{R}^n$, $f = x^\top x$. Let $i = 1$. Then

$$\frac{\partial f}{\partial x_i} = 2 x_1$$
""",
        "right?",
    ),
    Trap(
        "two losses with numbers below them and their sum",
        r"""
Let $x \in \mathbb{R}^n$, $L_1 = \|x\|_1$, $L_2 = \|x\|^2$, $L = L_1 + L_2$.

$$\frac{\partial L_2}{\partial x} = 2 x$$

$$\frac{\partial L}{\partial x} = 2 x$$
""",
        "proved, refuted",
    ),
]

# ---- fonts, words and members ----------------------------------------------------------------------------------------

MEMBERS = [
    Trap(
        "a bold vector and its plain entries are one letter",
        r"""
Let $\mathbf{a} \in \mathbb{R}^n$, $f = \sum_{i=1}^n a_i^2$ and $q_i = e^{a_i}$.

$$\nabla_{\mathbf{a}} f = 2 \mathbf{a} = 2 \mathbf{q}, \qquad \frac{\partial f}{\partial a_i} = 2 a_i = a_i$$
""",
        "proved, refuted, proved, refuted",
    ),
    Trap(
        "a bold array that is in a set is what its entries are defined to be",
        r"""
Let $\mathbf{x} \in \mathbb{R}^n$, and $p_i = x_i^2$, which we collect in $\mathbf{p} \in \mathbb{R}^n$. With $f = \mathbf{1}^\top \mathbf{p}$ and the vector of ones $\mathbf{1} \in \mathbb{R}^n$

$$\nabla_{\mathbf{x}} f = 2 \mathbf{x}, \qquad \mathbf{p} = \mathbf{x} \odot \mathbf{x} = \mathbf{x}$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "bold and plain letters with as many indices are two",
        r"""
Let $\mathbf{v}_i \in \mathbb{R}^d$ and $v_i \in \mathbb{R}$ for $i = 1, \dots, n$, and $f = \sum_{i=1}^n v_i^2$.

$$\frac{\partial f}{\partial v_i} = 2 v_i$$
""",
        "right?",
    ),
    Trap(
        "sizes may stand in words",
        r"""
Let $X$ be a real $n \times p$ matrix, $y$ an $n \times 1$ vector, $v$ a $p$-dimensional vector and $\Omega$ be a symmetric $p \times p$ matrix, with $f = \|y - X v\|^2 + v^\top \Omega v$.

$$\nabla_v f = -2 X^\top (y - X v) + 2 \Omega v = -2 X^\top (y - X v) + \Omega v$$
""",
        "proved, refuted",
    ),
    Trap(
        "what is said of one item of a list is not said of the next one",
        r"""
- $Y \in \{0, 1\}^{n \times K}$: the labels, every row one-hot
- $W \in \mathbb{R}^{n \times K}$: the weights

$$\sum_{k=1}^K Y_{ik} = 1, \qquad \sum_{k=1}^K W_{ik} = 1$$
""",
        "right?, wrong?",
    ),
    Trap(
        "what is not assumed to be symmetric is not",
        r"""
$x \in \mathbb{R}^n$; $A \in \mathbb{R}^{n \times n}$ (not assumed to be symmetric); $D \in \mathbb{R}^{n \times n}$ is symmetric.

$$\nabla_x (x^\top A x) = 2 A x, \qquad \nabla_x (x^\top D x) = 2 D x$$
""",
        "refuted, proved",
    ),
    Trap(
        "a declared identity is none other than the identity",
        r"""
Let $w \in \mathbb{R}^d$, let $I \in \mathbb{R}^{d \times d}$ be the identity, and $f = w^\top w$.

$$\nabla_w^2 f = 2 I = I$$
""",
        "proved, refuted",
    ),
    Trap(
        "a diagonal of products is not one of their first factors",
        r"""
Let $p \in \mathbb{R}^n$ and $S = \operatorname{diag}(p_1 (1 - p_1), \dots, p_n (1 - p_n))$.

$$S_{ii} = p_i (1 - p_i), \qquad S = \operatorname{diag}(p)$$
""",
        "proved, refuted",
    ),
    Trap(
        "by a row of a matrix depends what is made of the matrix, and of the row",
        r"""
Let $U \in \mathbb{R}^{n \times k}$, whose rows are $u_i \in \mathbb{R}^k$, $i = 1, \dots, n$, and $F = \|U\|^2 + \sum_{i=1}^n u_i^\top u_i$.

$$\frac{\partial F}{\partial u_i} = 4 u_i = 2 u_i, \qquad \frac{\partial F}{\partial U} = 4 U$$
""",
        "proved, refuted, proved",
    ),
    Trap(
        "a letter below a number is a part of its name where it counts nothing else",
        r"""
Let $x, d \in \mathbb{R}^n$, $f(x) = x^\top x$ and $f_c(x) = d^\top x$.

$$\nabla_x f_c = d = 2 x$$
""",
        "proved, refuted",
    ),
    Trap(
        "π is the number where the page says so",
        r"""
Let $a_1, \dots, a_K$ be real, or given the real numbers $a_1, \dots, a_K$, let $\pi_k = e^{a_k} / \sum_j e^{a_j}$, while $\pi$ alone is the number, and let $f_k = a_k^2 / (2 \pi)$.

$$\frac{\partial f_k}{\partial a_k} = \frac{a_k}{\pi}, \qquad \frac{\partial \pi_k}{\partial a_m} = \pi_k (\delta_{km} - \pi_m)$$
""",
        "proved, proved",
    ),
    Trap(
        "k = m is no condition of what only k stands in",
        r"""
Let $a \in \mathbb{R}^K$ and $y_k = e^{a_k} / \sum_l e^{a_l}$. For $m = k$ we have

$$\frac{\partial y_k}{\partial a_k} = y_k (1 - y_k) = y_k$$

and for $k = m$, too,

$$\frac{\partial y_k}{\partial a_m} = y_k (1 - y_m)$$
""",
        "proved, refuted, proved",
    ),
    Trap(
        "a Σ over what differs from a letter that the page speaks of is not over that letter",
        r"""
Let $s \in \mathbb{R}^K$ be the scores of an example of the class $c$, and $f = \sum_{k \ne c} s_k s_c$.

$$\frac{\partial f}{\partial s_k} = 2 \sum_{c \ne k} s_c$$
""",
        "unsaid",
    ),
    Trap(
        "the prime of a function of an entry is no transpose",
        r"""
Let $m \in \mathbb{R}^n$, and $\phi(m) = m \odot m$.

$$f = \sum_{i=1}^n \phi'(m_i), \qquad \frac{\partial f}{\partial m_i} = 2 m_i$$
""",
        "refuted",
    ),
    Trap(
        "the prime of a number is its derivative where primes transpose arrays",
        r"""
A prime denotes transposition. Let $X$ be an $n \times p$ matrix, $\lambda > 0$, and $\nu(\lambda) = \lambda^2 \operatorname{tr}(X'X)$.

$$\nu'(\lambda) = 2 \lambda \operatorname{tr}(X'X)$$
""",
        "right?",
    ),
    Trap(
        "a heading gives no meaning to what is defined below it",
        r"""
# Derivatives of a block $y = x + \tanh(W x)$

Let $W \in \mathbb{R}^{d \times d}$, $x \in \mathbb{R}^d$, $a = \tanh(W x)$, $y = x + a$ and $L = y^\top y$.

$$\frac{\partial L}{\partial a} = 2 y = 2 a$$
""",
        "proved, refuted",
    ),
    Trap(
        "a line that begins anew and cannot be read has no continuation",
        r"""
Let $x \in \mathbb{R}^n$ and $f = x^\top x$.

$$\frac{\partial f}{\partial x} = 2 x$$

$$\begin{aligned}
\nabla_z g &= \unheardof{x} \\
&= 3 x
\end{aligned}$$
""",
        "proved, unsaid, unsaid",
    ),
]

TRAPS = [*POWERS, *LETTERS, *SUMS, *CONDITIONS, *DERIVATIVES, *LINES, *MEMBERS]


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_no_verdict_is_of_another_formula(trap):
    comes_out(trap)


def test_a_trap_says_what_holds_in_other_words_than_every_other():
    assert len({trap.name for trap in TRAPS}) == len(TRAPS)

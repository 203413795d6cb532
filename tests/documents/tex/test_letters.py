# ruff: noqa: E501  a page is printed as its author breaks it
r"""What letters stand for: functions of any argument, numbers beside families, dropped indices, logarithms.

As in test_traps.py, of each right-hand side that is no definition it is said what must come out.
"""

from __future__ import annotations

import pytest
from test_traps import Trap, comes_out

EXAMPLES = r"""
We have examples $x^{(i)} \in \mathbb{R}^p$ with labels $y^{(i)} \in \{0, 1\}$ for $i = 1, \dots, m$, and $\theta \in \mathbb{R}^p$.
"""

PAGES = [
    Trap(
        "a function of any example is read at each of them, and at one alone",
        EXAMPLES
        + r"""
$$h_\theta(x) = \frac{1}{1 + e^{-\theta^\top x}}$$

$$J(\theta) = -\frac1m \sum_{i=1}^m \left[ y^{(i)} \log h_\theta(x^{(i)}) + (1 - y^{(i)}) \log (1 - h_\theta(x^{(i)})) \right]$$

$$\frac{\partial}{\partial \theta_j} h_\theta(x^{(i)}) = h_\theta(x^{(i)}) (1 - h_\theta(x^{(i)})) x^{(i)}_j$$

$$\frac{\partial}{\partial \theta_j} h_\theta(x) = h_\theta(x) (1 - h_\theta(x)) x_j = h_\theta(x) x_j$$

$$\frac{\partial J}{\partial \theta_j} = \frac1m \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x^{(i)}_j = \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x^{(i)}_j$$
""",
        "proved, proved, refuted, proved, refuted",
    ),
    Trap(
        "a function of two letters is differentiated by each, and is read at entries",
        EXAMPLES
        + r"""
Let $L(a, y) = -y \log a - (1 - y) \log (1 - a)$ and $q \in (0, 1)^m$.

$$\frac{\partial L}{\partial a} = -\frac{y}{a} + \frac{1 - y}{1 - a} = -\frac{y}{a} - \frac{1 - y}{1 - a}$$

$$C = \sum_{i=1}^m L(q_i, y^{(i)}), \qquad \frac{\partial C}{\partial q_i} = -\frac{y^{(i)}}{q_i} + \frac{1 - y^{(i)}}{1 - q_i}$$
""",
        "proved, refuted, proved",
    ),
    Trap(
        "a slope at its own argument and at another one",
        r"""
Let $z \in \mathbb{R}$, $w, x \in \mathbb{R}^p$ and $g(z) = z^2 + 3 z$, $g'(z) = 2 z + 3$.

$$\nabla_w g(w^\top x) = g'(w^\top x) x = g'(w^\top x) w$$

$$\frac{\partial g}{\partial z} = 2 z + 3$$

Let $t \in \mathbb{R}$, $\hat y = \sigma(t)$ and $\ell(t) = -\log \hat y$.

$$\ell'(t) = \hat y - 1 = 1 - \hat y, \qquad \ell''(t) = \hat y (1 - \hat y)$$
""",
        "proved, proved, refuted, proved, proved, refuted, proved",
    ),
    Trap(
        "a function that sums over its argument is none of each entry",
        r"""
Let $r \in \mathbb{R}^n$, $\phi(r) = r^\top r$.

$$\phi'(r_i) = 2 r_i$$

$$\frac{\partial \phi}{\partial r} = 2 r$$
""",
        "unsaid, proved",
    ),
    Trap(
        "the number of an example comes first among the indices, wherever it stands",
        r"""
Let $x^{(i)} \in \mathbb{R}^p$ for $i = 1, \dots, m$ and $W \in \mathbb{R}^{k \times p}$.

$$z_j^{(i)} = \sum_{l=1}^p W_{jl} x_l^{(i)}, \qquad C = \sum_{i=1}^m \sum_{j=1}^k (z_j^{(i)})^2$$

$$\frac{\partial C}{\partial W_{jl}} = 2 \sum_{i=1}^m z_j^{(i)} x_l^{(i)} = 2 \sum_{i=1}^m z_l^{(i)} x_j^{(i)}$$
""",
        "proved, wrong?",
    ),
    Trap(
        "a residual without one of its terms is another letter than the residual",
        r"""
Let $X \in \mathbb{R}^{n \times p}$, $y \in \mathbb{R}^n$, $\beta \in \mathbb{R}^p$.

$$r_i = y_i - \sum_{j=1}^p X_{ij} \beta_j, \qquad r_i^{(k)} = y_i - \sum_{j \ne k} X_{ij} \beta_j, \qquad Q = \frac12 \sum_{i=1}^n r_i^2$$

$$\frac{\partial Q}{\partial \beta_k} = -\sum_{i=1}^n X_{ik} r_i = -\sum_{i=1}^n X_{ik} r_i^{(k)} + \beta_k \sum_{i=1}^n X_{ik}^2 = -\sum_{i=1}^n X_{ik} r_i^{(k)}$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "a number and an array may share a letter where one has indices",
        r"""
Let $r \in \mathbb{R}$, $\delta > 0$, $\rho(r) = \delta^2 (\sqrt{1 + (r / \delta)^2} - 1)$, $x_i \in \mathbb{R}^p$, $t \in \mathbb{R}^n$, $w \in \mathbb{R}^p$.

Let $r_i = t_i - w^\top x_i$ and $G = \sum_{i=1}^n \rho(r_i)$.

$$\rho'(r) = \frac{r}{\sqrt{1 + (r / \delta)^2}}$$

$$\nabla_w G = -\sum_{i=1}^n \rho'(r_i) x_i = \sum_{i=1}^n \rho'(r_i) x_i$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "an index that is dropped goes unsaid on both sides",
        r"""
Let $x_i \in \mathbb{R}^p$, $y_i \in \{0, 1\}^K$ be one-hot for $i = 1, \dots, B$ and $W \in \mathbb{R}^{K \times p}$.

$$z_i = W x_i, \qquad p_i = \mathrm{softmax}(z_i), \qquad \ell_i = -\sum_{k=1}^K y_{i,k} \log p_{i,k}$$

We drop the index $i$ for now.

$$\frac{\partial p_k}{\partial z_j} = p_k (\delta_{kj} - p_j) = p_k (\delta_{kj} + p_j), \qquad \frac{\partial \ell}{\partial z_j} = p_j - y_j = y_j - p_j$$

$$\frac{\partial \ell_i}{\partial z_i} = p_i - y_i$$
""",
        "proved, refuted, proved, refuted, proved",
    ),
    Trap(
        "what is said for equal or for different indices holds there",
        r"""
Let $z \in \mathbb{R}^K$ and $p_i = \frac{e^{z_i}}{\sum_{k=1}^K e^{z_k}}$. If $i = j$ then

$$\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i)$$

If $i \neq j$,

$$\frac{\partial p_i}{\partial z_j} = -p_i p_j$$

and if $i \ne j$, also

$$\frac{\partial p_i}{\partial z_j} = p_i p_j$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "a sum that is lost leaves an index that the left-hand side cannot have",
        r"""
Let $W \in \mathbb{R}^{k \times p}$, $b \in \mathbb{R}^k$, $X \in \mathbb{R}^{n \times p}$.

$$z_{ij} = \sum_{l=1}^p W_{jl} X_{il} + b_j, \qquad C = \sum_{i=1}^n \sum_{j=1}^k z_{ij}^2$$

$$\frac{\partial C}{\partial b_j} = 2 \sum_{i=1}^n z_{ij}$$

$$\frac{\partial C}{\partial b_j} = 2 z_{ij}$$
""",
        "proved, ill-shaped",
    ),
    Trap(
        "letters of which the indices alone say what they are",
        r"""
There are $n$ observations $(x_{i1}, \dots, x_{ip}, t_i)$ for $i = 1, \dots, n$, with weights $w_j$, and $X \in \mathbb{R}^{n \times p}$ is another matrix.

$$r_i = t_i - \sum_{j=1}^p x_{ij} w_j, \qquad Q = \sum_{i=1}^n r_i^2, \qquad \frac{\partial Q}{\partial w_j} = -2 \sum_{i=1}^n x_{ij} r_i = -2 \sum_{i=1}^n r_i$$
""",
        "proved, refuted",
    ),
    Trap(
        "the logarithm of a density is a letter where the density is none",
        r"""
Let $u, m \in \mathbb{R}$ and $\sigma > 0$; here $\pi$ is the number.

$$\log p(u) = -\frac{(u - m)^2}{2 \sigma^2} - \log \sigma - \frac12 \log 2\pi$$

$$\frac{\partial \log p(u)}{\partial m} = \frac{u - m}{\sigma^2} = \frac{m - u}{\sigma^2}$$
""",
        "proved, refuted",
    ),
    Trap(
        "the logarithm of what has a value is that of its value",
        r"""
Let $u > 0$ and $q(u) = u^2$.

$$\log q(u) = 2 \log u = 2 u$$
""",
        "proved, refuted",
    ),
    Trap(
        "equations that hold for a solution are no claims",
        r"""
Let $A \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $b \in \mathbb{R}^m$ and $g = \tfrac12 \|A x - b\|^2$. The minimiser solves $A^\top (A x - b) = 0$.

$$\nabla_x g = A^\top (A x - b)$$
""",
        "proved",
    ),
    Trap(
        "a letter is an index in one section and a vector in another",
        r"""
# Users

Let $P \in \mathbb{R}^{m \times k}$ with entries $P_{uf}$.

$$L = \sum_{u=1}^m \sum_{f=1}^k P_{uf}^2, \qquad \frac{\partial L}{\partial P_{uf}} = 2 P_{uf}$$

# Words

Let $u, v \in \mathbb{R}^d$.

$$s = u^\top v, \qquad \frac{\partial s}{\partial u} = v$$
""",
        "proved, proved",
    ),
    Trap(
        "what is said if something in words holds is not said for all values",
        r"""
Let $x \in \mathbb{R}^n$ and $f = \sum_{i=1}^n x_i^2$. If only the first feature is used, then

$$\frac{\partial f}{\partial x} = 2 x$$
""",
        "unsaid",
    ),
]


@pytest.mark.parametrize("trap", PAGES, ids=lambda trap: trap.name)
def test_letters_stand_for_what_the_page_means_by_them(trap):
    comes_out(trap)

# ruff: noqa: E501  a page is printed as its author breaks it
"""Recursions over time in the ways in which they are written, and what they begin with."""

from __future__ import annotations

import pytest
from test_traps import Trap, comes_out

RECURSIONS = [
    Trap(
        "time above letters, a last step that is a Greek letter, and a state that begins with 0",
        r"""
Let $x^{(t)} \in \mathbb{R}^d$, $h^{(t)} \in \mathbb{R}^m$, $U \in \mathbb{R}^{m \times d}$, $W \in \mathbb{R}^{m \times m}$, $v \in \mathbb{R}^m$. With $h^{(0)} = 0$, for $t = 1, \dots, \tau$,

$$h^{(t)} = \tanh(W h^{(t-1)} + U x^{(t)}), \qquad L = \sum_{t=1}^{\tau} v^\top h^{(t)}.$$

$$\nabla_{h^{(\tau)}} L = v$$

$$\frac{\partial h^{(t)}}{\partial h^{(t-1)}} = \operatorname{diag}(1 - (h^{(t)})^2) W$$

$$\frac{\partial h^{(t)}}{\partial h^{(t-1)}} = W \operatorname{diag}(1 - (h^{(t)})^2)$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "zeros with as many entries as the matrix in front of them has columns",
        r"""
Let $x_t \in \mathbb{R}^d$, $U \in \mathbb{R}^{m \times d}$, $W \in \mathbb{R}^{m \times m}$, $b \in \mathbb{R}^m$ and $h_0 = 0$. For $t = 1, \ldots, T$ let $a_t = W h_{t-1} + U x_t + b$ and $h_t = \tanh(a_t)$.

$$\frac{\partial h_t}{\partial a_t} = \operatorname{diag}(1 - h_t^2)$$

$$h_1 = \tanh(U x_1 + b)$$

$$h_1 = \tanh(U x_1)$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "a recursion of numbers begins with a number",
        r"""
Let $\alpha \in \mathbb{R}$ and $x_t \in \mathbb{R}$. For $t = 1, \ldots, T$ let $s_t = \alpha s_{t-1} + x_t$ with $s_0 = 0$.

$$\frac{\partial s_t}{\partial x_t} = 1$$

$$\frac{\partial s_2}{\partial \alpha} = x_1$$

$$\frac{\partial s_2}{\partial \alpha} = x_2$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "what a recursion begins with is any number where nothing is said of it",
        r"""
Let $\alpha \in \mathbb{R}$ and $x_t \in \mathbb{R}$. For $t = 1, \ldots, T$ let $s_t = \alpha s_{t-1} + x_t$.

$$\frac{\partial s_1}{\partial \alpha} = s_0$$

$$\frac{\partial s_2}{\partial \alpha} = x_1$$
""",
        "proved, refuted",
    ),
    Trap(
        "what begins with zero by the words of a page is 0",
        r"""
The recursion starts at zero. Let $\alpha \in \mathbb{R}$ and $x_t \in \mathbb{R}$. For $t = 1, \ldots, T$ let $s_t = \alpha s_{t-1} + x_t$.

$$\frac{\partial s_2}{\partial \alpha} = x_1$$
""",
        "right?",
    ),
    Trap(
        "a carried gradient is zero behind the last step",
        r"""
Let $x_t \in \mathbb{R}^d$, $h_t \in \mathbb{R}^m$, $U \in \mathbb{R}^{m \times d}$, $W \in \mathbb{R}^{m \times m}$, $v, h_0 \in \mathbb{R}^m$. For $t = 1, \dots, T$

$$a_t = W h_{t-1} + U x_t, \qquad h_t = \tanh(a_t), \qquad L = \sum_{t=1}^{T} v^\top h_t.$$

Let $\delta_t = \frac{\partial L}{\partial a_t}$ and $\delta_{T+1} = 0$. Then

$$\delta_t = (1 - h_t^2) \odot (v + W^\top \delta_{t+1})$$

$$\delta_t = (1 - h_t^2) \odot (v + W \delta_{t+1})$$
""",
        "proved, refuted",
    ),
    Trap(
        "time in angle brackets, and two steps of which one comes first",
        r"""
Let $x^{\langle t \rangle}, b \in \mathbb{R}$ and $w \in \mathbb{R}$. For $t = 1, \dots, T$ let $a^{<t>} = w a^{<t-1>} + x^{\langle t \rangle} + b$, with $a^{<0>} = 0$.

$$\frac{\partial a^{<t>}}{\partial a^{<t-1>}} = w$$

For $s \le t$,

$$\frac{\partial a^{<t>}}{\partial x^{<s>}} = w^{t-s}$$

For $1 \leq s < t$,

$$\frac{\partial a^{<t>}}{\partial x^{<s>}} = w^{t-s+1}$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "a mean over steps, and a sum that begins behind a step",
        r"""
Let $w \in \mathbb{R}$, $x_t, y_t \in \mathbb{R}$ and $h_0 = 0$. For $t = 1, \dots, T$ let $h_t = w h_{t-1} + x_t$, and $L = \frac{1}{T} \sum_{t=1}^T \frac{1}{2} (h_t - y_t)^2$.

$$\frac{\partial L}{\partial y_t} = -\frac{1}{T} (h_t - y_t)$$

$$\frac{\partial L}{\partial x_t} = \frac{1}{T} \sum_{k=t}^T w^{k-t} (h_k - y_k)$$

$$\frac{\partial L}{\partial x_t} = \frac{1}{T} \sum_{k=t+1}^T w^{k-t} (h_k - y_k)$$
""",
        "proved, proved, refuted",
    ),
    Trap(
        "what is said of all steps but the last is not said of the last",
        r"""
Let $x_t \in \mathbb{R}$, $h_0, w \in \mathbb{R}$. For $1 \le t \le T$ let $h_t = w h_{t-1} + x_t$ for $t = 1, \dots, T$, and $L = h_T^2 + \sum_{t=1}^{T} h_t$.

For $t < T$ we have

$$\frac{\partial L}{\partial h_t} = 1 + w \frac{\partial L}{\partial h_{t+1}}$$
""",
        "proved",
    ),
]


@pytest.mark.parametrize("trap", RECURSIONS, ids=lambda trap: trap.name)
def test_no_verdict_is_of_another_recursion(trap):
    comes_out(trap)

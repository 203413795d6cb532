# ruff: noqa: E501  a page is printed as its author breaks it
r"""What letters mean where more than one thing has to be understood: derivatives in print, rows that are defined, sets.

The pages are traps as in test_traps.py: each verdict is right, or there is none.
"""

from __future__ import annotations

import pytest
from test_traps import ALLOWED, Trap, verdicts

PRIMES = [
    Trap(
        "two primes are the second derivative",
        r"""
Let $y \in \mathbb{R}^n$ and $b(\theta)=\log(1+e^\theta)$. Then

$$b'(\theta)=\frac{1}{1+e^{-\theta}},\qquad b''(\theta)=b'(\theta)\,(1-b'(\theta)).$$

$$\ell = \sum_{i=1}^n b(y_i), \qquad \frac{\partial^2 \ell}{\partial y_i^2} = b''(y_i), \qquad \frac{\partial^2 \ell}{\partial y_i^2} = b'(y_i)$$
""",
        "proved, proved, proved, refuted",
    ),
    Trap(
        "a second derivative that equals the first is wrong",
        r"""
Let $b(\theta)=\log(1+e^\theta)$. Then

$$b''(\theta)=\frac{1}{1+e^{-\theta}}.$$
""",
        "refuted",
    ),
]

MEANINGS = [*PRIMES]


@pytest.mark.parametrize("trap", MEANINGS, ids=lambda trap: trap.name)
def test_no_verdict_is_of_another_meaning(trap):
    found, expected = verdicts(trap.page), trap.out.split(", ") if trap.out else []
    assert [(tex, verdict.name) for (tex, verdict), word in zip(found, expected, strict=False) if verdict not in ALLOWED[word]] == []
    assert len(found) == len(expected), found

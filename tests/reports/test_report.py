"""What `gradcheck.verify` returns: a verification that prints as a report."""

from __future__ import annotations

import pytest

from gradcheck import Report, claim, derivation, real, verify
from gradcheck.reports.terminal import report_text


@derivation()
def doubled():
    x = real("x")
    yield claim(x + x, 2 * x)


def test_a_report_is_its_text():
    report = verify(doubled)
    assert type(report) is Report
    assert "1 step: 1 proved" in str(report)
    assert str(report) == report_text(report)


def test_no_example_at_all_is_refused():
    with pytest.raises(ValueError, match=r"^examples=0: at least 1 is needed$"):
        verify(doubled, examples=0)

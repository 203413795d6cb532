"""A small seeded part of the benchmark: most wrong steps are corrected, and to nothing longer than they were.

60 cases take about 30 seconds of a processor.
"""

import random

import pytest
import repair as benchmark

DOCUMENTS = ("relu_sigmoid.py", "two_layer.py")


@pytest.fixture(scope="module")
def steps():
    found = (d for d in benchmark.derivations() if d.file.endswith(DOCUMENTS))
    return [place for derivation in found for place in benchmark.places(derivation)]


@pytest.mark.parametrize(("edits", "count", "share"), [(1, 48, 0.95), (2, 12, 0.8)])
def test_random_edits_are_corrected(steps, edits, count, share):
    cases = list(benchmark.cases(steps, edits, count, random.Random(edits)))
    rows = [benchmark.corrected(case) for case in cases if case.has_inverse]
    assert len(cases) == count
    assert sum(row.found for row in rows) >= share * len(rows)
    assert sum(row.original for row in rows) >= (share - 0.05 * edits) * len(rows)

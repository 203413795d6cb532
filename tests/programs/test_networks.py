"""The networks of the benchmark: all ways compute the same, and programs do what hand-derived backpropagation does."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from engine import NETWORKS, Network, compiled, graphs, node_by_node, plain

from gradcheck.graph import Array
from gradcheck.programs import Program


@pytest.mark.parametrize("name", NETWORKS)
def test_all_ways_compute_the_same(name):
    net = Network(*NETWORKS[name])
    expected = plain(net)()
    for way in (compiled, node_by_node):
        for found, right in zip(way(net)(), expected, strict=True):
            np.testing.assert_allclose(np.reshape(found, np.shape(right)), right, rtol=1e-9, atol=1e-14)


def test_a_program_has_the_operations_of_backpropagation_derived_by_hand():
    """Each layer has a product forward, one for its weights and, but for the first, one for the delta before it."""
    _, wanted, sizes = graphs(Network(*NETWORKS["small"]))
    text = Program(wanted, sizes).source()
    sums = 3 + 1  # of the biases, and of the loss
    spread = 3  # biases, beside the examples
    assert text.count(" @ ") == 3 + 3 + 2 + sums + spread
    assert text.count("np.exp(") == 3
    assert "np.log(" not in text
    assert " - Y\n" in text


def test_the_work_to_make_a_program_grows_as_its_network_does(monkeypatch):
    def made(depth):
        _, wanted, sizes = graphs(Network((2,) * depth + (1,), 3))
        count = itertools.count()
        monkeypatch.setattr(Array, "__init__", lambda *args, **more: (next(count), init(*args, **more))[1])
        Program(wanted, sizes)
        return next(count)

    init = Array.__init__
    shallow, middle, deep = map(made, (10, 20, 40))
    assert deep - middle < 2.2 * (middle - shallow)

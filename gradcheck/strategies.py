"""Hypothesis strategies for the arguments of derivations, and for people's own property tests."""

from hypothesis import strategies as st

from gradcheck.functions import TABLE, Function, abstract, squared_error
from gradcheck.sampling.choices import points as points


def activations() -> st.SearchStrategy[Function]:
    """An abstract activation g, of which nothing but differentiability is known, and the usual concrete ones."""
    rows = ("sigmoid", "tanh", "relu", "leaky_relu(0.01)", "softplus", "identity")
    return st.sampled_from([abstract("g"), *(TABLE[name] for name in rows)])


def losses() -> st.SearchStrategy[Function]:
    """An abstract loss L(a, y) and the squared error, which are defined for every prediction a."""
    return st.sampled_from([abstract("L", 2), squared_error])

"""A layered network: its widths, activations and loss, its parameters, and its cost as an expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from gradcheck.functions import Function
from gradcheck.graph import Array, Input, dims, make_input
from gradcheck.network.activations import SOFTMAX, Activation, OverUnits, row_of
from gradcheck.network.checks import floats, positive, whole
from gradcheck.network.engine import Floats
from gradcheck.network.losses import LOSSES, Loss
from gradcheck.notation import real


@dataclass(frozen=True)
class Network:
    """Layers Z[l] = W[l] A[l-1] + b[l], A[l] = g[l](Z[l]), where A[0] is X and columns are examples.

    widths: how many inputs there are, and how many units in each layer. activations: one for each layer, by its name in
    the function table, a function such as `leaky_relu(0.2)`, or "softmax". loss: "cross_entropy", for labels 0 or 1,
    "softmax_cross_entropy", for classes (one-hot columns) and "softmax" as the last activation, or "squared_error"; the
    cost sums it over the last layer's units and is the mean over examples. Without a hidden layer it is logistic
    regression: `Network((n, 1), ("sigmoid",))`.

    Raises TypeError or ValueError for what is no network.
    """

    widths: tuple[int, ...]
    activations: tuple[str | Function | OverUnits, ...]
    loss: str = "cross_entropy"

    def __post_init__(self) -> None:
        widths = tuple(whole(f"widths[{i}]", n, least=1) for i, n in enumerate(_listed("widths", self.widths)))
        object.__setattr__(self, "widths", widths)
        object.__setattr__(self, "activations", tuple(_listed("activations", self.activations)))
        layers = len(widths) - 1
        if layers < 1:
            raise ValueError(f"widths={widths}: the number of inputs and of at least one layer's units are needed")
        if len(self.activations) != layers:
            raise ValueError(f"{len(self.activations)} activations for {layers} layers: give one for each layer")
        if refusal := self.row_of_loss.refusal(self.rows[-1]):
            raise ValueError(f"{self.loss} {refusal}")
        if self.has_classes and widths[-1] == 1:
            raise ValueError(f"widths={widths}: softmax of one unit is always 1, so give a unit for each class")

    @property
    def rows(self) -> tuple[Activation, ...]:
        """The activations themselves."""
        return tuple(row_of(i, activation) for i, activation in enumerate(self.activations))

    @property
    def row_of_loss(self) -> Loss:
        """The row of the table of losses."""
        if self.loss not in tuple(LOSSES):  # of a tuple it may be asked whatever it is
            raise ValueError(f"loss={self.loss!r} is not known: there is {', '.join(LOSSES)}")
        return LOSSES[self.loss]

    @property
    def has_classes(self) -> bool:
        """Whether each example is of one class, of which the last layer says the shares."""
        return self.rows[-1] is SOFTMAX


def _listed(name: str, value: object) -> tuple[object, ...]:
    if not isinstance(value, (tuple, list)):
        raise TypeError(f"{name}={value!r} is a {type(value).__name__}: give one for each layer, in brackets")
    return tuple(value)


@dataclass(frozen=True, eq=False)
class Parameters:
    """The weights W[1], … of shape (units, units before) and the biases b[1], … of shape (units, 1). Read-only."""

    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]

    def __post_init__(self) -> None:
        if len(self.weights) != len(self.biases):
            raise ValueError(f"{len(self.weights)} weights and {len(self.biases)} biases: each layer has one of both")
        for name in ("weights", "biases"):
            arrays = tuple(np.array(array) for array in getattr(self, name))
            for array in arrays:
                array.flags.writeable = False
            object.__setattr__(self, name, arrays)

    @property
    def named(self) -> dict[str, Floats]:
        """By names: W1, b1, W2, b2, …"""
        pairs = zip(self.weights, self.biases, strict=True)
        return {
            f"{letter}{i}": array for i, pair in enumerate(pairs, 1) for letter, array in zip("Wb", pair, strict=True)
        }

    @staticmethod
    def of(named: Mapping[str, Floats]) -> Parameters:
        """From arrays by names."""
        layers = range(1, 1 + len(named) // 2)
        return Parameters(tuple(named[f"W{i}"] for i in layers), tuple(named[f"b{i}"] for i in layers))


def shapes(network: Network) -> dict[str, tuple[int, int]]:
    """The shapes of the parameters, by name."""
    pairs = enumerate(zip(network.widths[:-1], network.widths[1:], strict=True), 1)
    return {name: shape for i, (n, k) in pairs for name, shape in ((f"W{i}", (k, n)), (f"b{i}", (k, 1)))}


def initial(network: Network, seed: int = 0, scale: float | None = None) -> Parameters:
    """Normally distributed weights and biases 0.

    scale: the weights' standard deviation, for weights near zero; by default 1/√(units before), which keeps the scale
    of activations from layer to layer.
    """
    deviation = None if scale is None else positive("scale", scale, such_as=0.01)
    rng = np.random.default_rng(whole("seed", seed, least=0))
    drawn = {
        name: rng.standard_normal(shape) * (deviation or shape[1] ** -0.5) if name[0] == "W" else np.zeros(shape)
        for name, shape in shapes(network).items()
    }
    return Parameters.of(drawn)


def checked(network: Network, parameters: Parameters) -> dict[str, Floats]:
    """The parameters by name. Raises TypeError or ValueError if they are not those of the network."""
    if not isinstance(parameters, Parameters):
        kind = type(parameters).__name__
        raise TypeError(
            f"parameters is a {kind}: initial(network) gives some, Parameters.of(named) makes them of arrays"
        )
    wanted, named = shapes(network), parameters.named
    if len(named) != len(wanted):
        raise ValueError(f"parameters of {len(named) // 2} layers for a network of {len(wanted) // 2}")
    arrays = {name: floats(name, array) for name, array in named.items()}
    for name, shape in wanted.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} has shape {arrays[name].shape}, and the network's is {shape}")
    return arrays


@dataclass(frozen=True, eq=False)
class Model:
    """A network as expressions in its inputs X, Y, W1, b1, …"""

    parameters: tuple[Input, ...]
    layers: tuple[Array, ...]
    cost: Array


@cache
def model(network: Network) -> Model:
    """The expressions of a network."""
    m, loss, rows = dims("m"), network.row_of_loss, network.rows
    inputs = {name: real(name, *shape) for name, shape in shapes(network).items()}
    Y = make_input("Y", (network.widths[-1], m), loss.labels)
    Z, layers = [], [real("X", network.widths[0], m)]
    for i, g in enumerate(rows, 1):
        Z.append(inputs[f"W{i}"] @ layers[-1] + inputs[f"b{i}"])
        layers.append(g(Z[-1]))
    of_scores = loss.of_scores.get(rows[-1])
    each = of_scores(Z[-1], Y) if of_scores else loss.of(layers[-1], Y)
    return Model(tuple(inputs.values()), tuple(layers[1:]), each.sum() / m)  # type: ignore[arg-type]

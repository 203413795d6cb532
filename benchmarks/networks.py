"""Networks in plain NumPy, and the mistakes that people make when they derive their gradients.

Columns are examples: Z_l = W_l A_{l-1} + b_l and A_l = g(Z_l) for the layers l = 1 … L, A_0 = X, and the cost is
J = Σ loss(A_L, Y) / m + λ/2 Σ ‖W_l‖². Forward and backward are written once. They look at no value with `if` and take
sizes from `.shape`, so the same functions run on float64, on complex long doubles, and on gradcheck's symbolic arrays.

The backward pass is made of pieces, one a formula of a derivation. A mistake is a piece that is written differently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

EARLY_RATE = 0.1
"""Step size of the update that comes too early, before the weights were used."""
STALE = 0.9
"""What the weights were, relative to what they are, when a stale activation was computed."""


# ---- activations and losses --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Activation:
    """An element-wise function g(z), and g′ as a function of z and a = g(z)."""

    name: str
    value: Callable[[Any], Any]
    prime: Callable[[Any, Any], Any]
    has_kink: bool = False


def logistic(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


SIGMOID = Activation("sigmoid", logistic, lambda z, a: a * logistic(-z))
TANH = Activation("tanh", np.tanh, lambda z, a: 1 - a**2)
RELU = Activation("relu", lambda z: np.maximum(z, 0), lambda z, a: np.where(z > 0, 1, 0), has_kink=True)
LEAKY = Activation(
    "leaky relu", lambda z: np.where(z > 0, z, 0.01 * z), lambda z, a: np.where(z > 0, 1, 0.01), has_kink=True
)
SOFTPLUS = Activation("softplus", lambda z: np.log(1 + np.exp(z)), lambda z, a: logistic(z))
ANOTHER = {"sigmoid": TANH, "tanh": SIGMOID, "relu": LEAKY, "leaky relu": RELU, "softplus": TANH}
"""Whose derivative is written by mistake."""


@dataclass(frozen=True)
class Loss:
    """The output's activation, the loss summed over examples, and its derivative by Z_L, all per m.

    labels: what Y is: "bits", "one_hot" or "real".
    """

    name: str
    labels: str
    output: Callable[[Any], Any]
    total: Callable[[Any, Any, Any], Any]
    delta: Callable[[Any, Any, Any], Any]


def softmax(Z: Any) -> Any:
    return np.exp(Z) / np.exp(Z).sum(axis=0, keepdims=True)


TEXTBOOK = Loss(
    "log(1 - a)",
    "bits",
    logistic,
    lambda Z, A, Y: -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum(),
    lambda Z, A, Y: A - Y,
)
STABLE = Loss(
    "stable cross-entropy",
    "bits",
    logistic,
    lambda Z, A, Y: np.log(1 + np.exp((1 - 2 * Y) * Z)).sum(),
    lambda Z, A, Y: (1 - 2 * Y) * logistic((1 - 2 * Y) * Z),
)
SOFTMAX = Loss(
    "softmax",
    "one_hot",
    softmax,
    lambda Z, A, Y: (np.log(np.exp(Z).sum(axis=0, keepdims=True)) - (Y * Z).sum(axis=0, keepdims=True)).sum(),
    lambda Z, A, Y: A - Y,
)
SQUARED = Loss("squared error", "real", lambda Z: Z, lambda Z, A, Y: ((A - Y) ** 2).sum() / 2, lambda Z, A, Y: A - Y)
SQUARED_SIGMOID = Loss(
    "squared error of a sigmoid",
    "bits",
    logistic,
    lambda Z, A, Y: ((A - Y) ** 2).sum() / 2,
    lambda Z, A, Y: (A - Y) * A * (1 - A),
)


# ---- networks ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Network:
    """A model: sizes are (name, number) pairs, from n0 to the last layer's, then m; equal names are equal sizes."""

    name: str
    loss: Loss
    hidden: Activation
    sizes: tuple[tuple[str, int], ...]
    decay: float = 0.0

    @property
    def depth(self) -> int:
        """The number L of layers."""
        return len(self.sizes) - 2

    @property
    def is_square(self) -> bool:
        """Whether all sizes are one."""
        return len(set(self.sizes)) == 1

    def width(self, layer: int) -> int:
        """The number of units of a layer."""
        return self.sizes[layer][1]

    def cost(self, X: Any, Y: Any, *parameters: Any) -> Any:
        """J, a number, from X (n0, m), Y (nL, m) and W1 (n1, n0), b1 (n1, 1), W2, …"""
        s = self.forward(X, Y, *parameters)
        data = self.loss.total(s.Z[-1], s.A[-1], Y) / s.m
        return data + self.decay / 2 * sum((W**2).sum() for W in s.W[1:]) if self.decay else data

    def forward(self, X: Any, Y: Any, *parameters: Any) -> SimpleNamespace:
        """All that the formulas speak of. Lists are indexed by layer, from 1; A[0] is X."""
        W, b = [None, *parameters[0::2]], [None, *parameters[1::2]]
        Z, A = [None], [X]
        for layer in range(1, self.depth + 1):
            Z.append(W[layer] @ A[-1] + b[layer])
            A.append(self.loss.output(Z[-1]) if layer == self.depth else self.hidden.value(Z[-1]))
        return SimpleNamespace(net=self, X=X, Y=Y, W=W, b=b, Z=Z, A=A, m=X.shape[1])

    def gradient(self, X: Any, Y: Any, *parameters: Any, rules: Rules | None = None) -> tuple[Any, ...]:
        """∂J/∂W1, ∂J/∂b1, ∂J/∂W2, … by the pieces given, or by the right ones."""
        rules = rules or RIGHT
        s = self.forward(X, Y, *parameters)
        dZ, gradients = rules.start(s, self.depth, None), []
        for layer in range(self.depth, 0, -1):
            gradients[:0] = [rules.weight(s, layer, dZ), rules.bias(s, layer, dZ)]
            if layer > 1:
                dZ = rules.through(s, layer, dZ)
        return tuple(gradients)


Piece = Callable[[SimpleNamespace, int, Any], Any]
"""A formula: of the forward pass, the layer it is about, and ∂J/∂Z of that layer."""


@dataclass(frozen=True)
class Rules:
    """The formulas of a backward pass: ∂J/∂Z of the last layer; of W, b and the Z below for each layer."""

    start: Piece
    weight: Piece
    bias: Piece
    through: Piece


def _start(s: SimpleNamespace, layer: int, dZ: Any) -> Any:
    return s.net.loss.delta(s.Z[layer], s.A[layer], s.Y) / s.m


def _weight(s: SimpleNamespace, layer: int, dZ: Any) -> Any:
    data = dZ @ s.A[layer - 1].T
    return data + s.net.decay * s.W[layer] if s.net.decay else data


def _bias(s: SimpleNamespace, layer: int, dZ: Any) -> Any:
    return dZ.sum(axis=1, keepdims=True)


def _through(s: SimpleNamespace, layer: int, dZ: Any) -> Any:
    return (s.W[layer].T @ dZ) * prime(s, layer - 1)


def prime(s: SimpleNamespace, layer: int) -> Any:
    return s.net.hidden.prime(s.Z[layer], s.A[layer])


RIGHT = Rules(_start, _weight, _bias, _through)


# ---- mistakes ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """A piece written differently: `wrong(s, layer, dZ, right)`, where `right` is what should stand there.

    where: which networks and layers it can be made in.
    """

    kind: str
    piece: str
    wrong: Callable[[SimpleNamespace, int, Any, Any], Any]
    where: Callable[[Network, int], bool] = lambda net, layer: True

    def layers(self, net: Network) -> list[int]:
        """The layers of a network that it can be made in."""
        candidates = {"start": [net.depth], "through": list(range(2, net.depth + 1))}
        return [layer for layer in candidates.get(self.piece, range(1, net.depth + 1)) if self.where(net, layer)]

    def rules(self, at: int) -> Rules:
        """The backward pass with this mistake in one layer."""
        right = getattr(RIGHT, self.piece)

        def piece(s: SimpleNamespace, layer: int, dZ: Any) -> Any:
            result = right(s, layer, dZ)
            return self.wrong(s, layer, dZ, result) if layer == at else result

        return replace(RIGHT, **{self.piece: piece})


def part_changed(G: Any, factor: float, *, one_entry: bool) -> Any:
    """The first entry, or the whole first row, times a factor; without item assignment, which graphs do not have."""
    row = G[:1]
    if one_entry and G.shape[1] != 1:
        row = np.concatenate([row[:, :1] * factor, row[:, 1:]], axis=1)
    else:
        row = row * factor
    return row if G.shape[0] == 1 else np.concatenate([row, G[1:]], axis=0)


def _entry(size: float) -> Callable[..., Any]:
    return lambda s, layer, dZ, right: part_changed(right, 1 + size, one_entry=True)


def _row(factor: float) -> Callable[..., Any]:
    return lambda s, layer, dZ, right: part_changed(right, factor, one_entry=False)


def _is_loss(*losses: Loss) -> Callable[[Network, int], bool]:
    return lambda net, layer: net.loss in losses


def _above_first(net: Network, layer: int) -> bool:
    return layer > 1


def _square(net: Network, layer: int) -> bool:
    return net.is_square


def _deep_square(net: Network, layer: int) -> bool:
    return net.is_square and layer > 1


def _many_units(net: Network, layer: int) -> bool:
    return net.width(layer) > 1


def _regularised(net: Network, layer: int) -> bool:
    return net.decay > 0


def _other_prime(s: SimpleNamespace, layer: int, dZ: Any, right: Any) -> Any:
    other = ANOTHER[s.net.hidden.name]
    return (s.W[layer].T @ dZ) * other.prime(s.Z[layer - 1], other.value(s.Z[layer - 1]))


def _prime_at_a(s: SimpleNamespace, layer: int, dZ: Any, right: Any) -> Any:
    g, a = s.net.hidden, s.A[layer - 1]
    return (s.W[layer].T @ dZ) * g.prime(a, g.value(a))


def _updated_early(s: SimpleNamespace, layer: int, dZ: Any, right: Any) -> Any:
    W = s.W[layer] - EARLY_RATE * _weight(s, layer, dZ)
    return (W.T @ dZ) * prime(s, layer - 1)


def _stale(s: SimpleNamespace, layer: int, dZ: Any, right: Any) -> Any:
    A = s.net.hidden.value(STALE * s.W[layer - 1] @ s.A[layer - 2] + s.b[layer - 1])
    data = dZ @ A.T
    return data + s.net.decay * s.W[layer] if s.net.decay else data


def _sigmoid_prime_at_a(s: SimpleNamespace, layer: int, dZ: Any, right: Any) -> Any:
    A = s.A[layer]
    return (A - s.Y) * logistic(A) * (1 - logistic(A)) / s.m


SIGMOID_OUTPUTS = _is_loss(TEXTBOOK, STABLE, SQUARED_SIGMOID)

MISTAKES = (
    # ∂J/∂Z of the last layer
    Mistake("1/m lost", "start", lambda s, k, dZ, right: right * s.m),
    Mistake("1/m twice", "start", lambda s, k, dZ, right: right / s.m),
    Mistake("n for m", "start", lambda s, k, dZ, right: right * s.m / s.X.shape[0], lambda n, k: not n.is_square),
    Mistake("Y - A for A - Y", "start", lambda s, k, dZ, right: -right),
    Mistake("labels dropped", "start", lambda s, k, dZ, right: s.A[k] / s.m),
    Mistake("predictions dropped", "start", lambda s, k, dZ, right: -s.Y / s.m),
    Mistake("½ of the square lost", "start", lambda s, k, dZ, right: 2 * right, _is_loss(SQUARED, SQUARED_SIGMOID)),
    Mistake("Z for A", "start", lambda s, k, dZ, right: (s.Z[k] - s.Y) / s.m, SIGMOID_OUTPUTS),
    Mistake("output's σ′ lost", "start", lambda s, k, dZ, right: (s.A[k] - s.Y) / s.m, _is_loss(SQUARED_SIGMOID)),
    Mistake("σ′ too many", "start", lambda s, k, dZ, right: right * s.A[k] * (1 - s.A[k]), _is_loss(TEXTBOOK, STABLE)),
    Mistake("σ for σ′", "start", lambda s, k, dZ, right: (s.A[k] - s.Y) * s.A[k] / s.m, _is_loss(SQUARED_SIGMOID)),
    Mistake("σ′ at a", "start", _sigmoid_prime_at_a, _is_loss(SQUARED_SIGMOID)),
    Mistake("only the true class", "start", lambda s, k, dZ, right: s.Y * (s.A[k] - s.Y) / s.m, _is_loss(SOFTMAX)),
    # ∂J/∂Z of the layer below
    Mistake("g′ replaced by 1", "through", lambda s, k, dZ, right: s.W[k].T @ dZ),
    Mistake("g for g′", "through", lambda s, k, dZ, right: (s.W[k].T @ dZ) * s.A[k - 1]),
    Mistake("g′ of another activation", "through", _other_prime),
    Mistake("g′ at a instead of z", "through", _prime_at_a, lambda n, k: n.hidden.name not in ("relu", "leaky relu")),
    Mistake(
        "g′ twice", "through", lambda s, k, dZ, right: right * prime(s, k - 1), lambda n, k: n.hidden.name != "relu"
    ),
    Mistake("W lost", "through", lambda s, k, dZ, right: dZ * prime(s, k - 1), lambda n, k: n.width(k) == 1),
    Mistake("W not transposed", "through", lambda s, k, dZ, right: (s.W[k] @ dZ) * prime(s, k - 1), _square),
    Mistake("W of the layer below", "through", lambda s, k, dZ, right: (s.W[k - 1].T @ dZ) * prime(s, k - 1), _square),
    Mistake("@ for *", "through", lambda s, k, dZ, right: (s.W[k].T @ dZ) @ prime(s, k - 1), _square),
    Mistake("W updated too early", "through", _updated_early),
    Mistake("sign flipped on the way back", "through", lambda s, k, dZ, right: -right),
    # ∂J/∂W
    Mistake("∂W times 2", "weight", lambda s, k, dZ, right: 2 * right),
    Mistake("∂W times m", "weight", lambda s, k, dZ, right: right * s.m),
    Mistake("∂W divided by m", "weight", lambda s, k, dZ, right: right / s.m),
    Mistake("∂W has the wrong sign", "weight", lambda s, k, dZ, right: -right),
    Mistake("∂W is zero", "weight", lambda s, k, dZ, right: 0 * right),
    Mistake("∂W transposed", "weight", lambda s, k, dZ, right: right.T, _square),
    Mistake("Z for A below", "weight", lambda s, k, dZ, right: dZ @ s.Z[k - 1].T, _above_first),
    Mistake("A for ∂Z", "weight", lambda s, k, dZ, right: s.A[k] @ s.A[k - 1].T / s.m),
    Mistake("X for A below", "weight", lambda s, k, dZ, right: dZ @ s.X.T, _deep_square),
    Mistake("* for @", "weight", lambda s, k, dZ, right: dZ * s.A[k - 1].T, _square),
    Mistake("stale activation", "weight", _stale, _above_first),
    Mistake("∂W of one example", "weight", lambda s, k, dZ, right: dZ[:, :1] @ s.A[k - 1][:, :1].T),
    Mistake("regulariser dropped", "weight", lambda s, k, dZ, right: dZ @ s.A[k - 1].T, _regularised),
    Mistake("regulariser twice", "weight", lambda s, k, dZ, right: right + s.net.decay * s.W[k], _regularised),
    Mistake(
        "regulariser divided by m",
        "weight",
        lambda s, k, dZ, right: dZ @ s.A[k - 1].T + s.net.decay * s.W[k] / s.m,
        _regularised,
    ),
    Mistake("one entry of ∂W off by 1e-3", "weight", _entry(1e-3)),
    Mistake("one entry of ∂W off by 1e-4", "weight", _entry(1e-4)),
    Mistake("one entry of ∂W off by 1e-5", "weight", _entry(1e-5)),
    Mistake("one row of ∂W has the wrong sign", "weight", _row(-1.0), _many_units),
    Mistake("one row of ∂W times 2", "weight", _row(2.0), _many_units),
    # ∂J/∂b
    Mistake("mean over examples for ∂b", "bias", lambda s, k, dZ, right: dZ.mean(axis=1, keepdims=True)),
    Mistake("∂b times m", "bias", lambda s, k, dZ, right: right * s.m),
    Mistake("∂b is zero", "bias", lambda s, k, dZ, right: 0 * right),
    Mistake("∂b of one example", "bias", lambda s, k, dZ, right: dZ[:, :1]),
    Mistake("∂b sums over units, too", "bias", lambda s, k, dZ, right: 0 * right + dZ.sum(), _many_units),
    Mistake("A for ∂Z in ∂b", "bias", lambda s, k, dZ, right: s.A[k].sum(axis=1, keepdims=True) / s.m),
    Mistake("∂b is regularised", "bias", lambda s, k, dZ, right: right + s.net.decay * s.b[k], _regularised),
    Mistake("one entry of ∂b off by 1e-3", "bias", _entry(1e-3)),
    Mistake("one entry of ∂b off by 3e-6", "bias", _entry(3e-6)),
)
"""The mistakes of derivations: factors lost and doubled, signs, transposes, symbols taken for one another."""


def _network(name: str, loss: Loss, hidden: Activation, widths: tuple[int, ...], m: int, decay: float = 0.0) -> Network:
    """All sizes have names of their own, but for one unit, which is a 1."""
    named = [(f"n{layer}" if width > 1 else "1", width) for layer, width in enumerate(widths)]
    return Network(name, loss, hidden, (*named, ("m", m)), decay)


def _square_network(name: str, loss: Loss, hidden: Activation, depth: int, n: int) -> Network:
    """n inputs, n units in every layer and n examples: every product conforms, so nothing is noticed by shape."""
    return Network(name, loss, hidden, (("n", n),) * (depth + 2))


NETWORKS = (
    _network("logistic regression", TEXTBOOK, SIGMOID, (5, 1), 7),
    _network("logistic regression, stable, L2", STABLE, SIGMOID, (4, 1), 6, 0.1),
    _network("linear regression, L2", SQUARED, SIGMOID, (3, 2), 5, 0.5),
    _network("softmax regression", SOFTMAX, SIGMOID, (2, 3), 5),
    _network("2 layers, relu", TEXTBOOK, RELU, (4, 3, 1), 5),
    _network("2 layers, relu, stable", STABLE, RELU, (3, 5, 1), 7),
    _network("2 layers, sigmoid", TEXTBOOK, SIGMOID, (2, 4, 1), 5),
    _network("2 layers, tanh, L2", TEXTBOOK, TANH, (3, 4, 1), 6, 0.2),
    _network("2 layers, sigmoid, squared error", SQUARED_SIGMOID, SIGMOID, (4, 3, 2), 5),
    _network("2 layers, leaky relu, squared error, L2", SQUARED, LEAKY, (3, 5, 2), 7, 0.1),
    _network("2 layers, softplus, softmax", SOFTMAX, SOFTPLUS, (2, 4, 3), 5),
    _network("3 layers, relu, L2", STABLE, RELU, (3, 5, 4, 1), 7, 0.1),
    _network("3 layers, tanh, softmax", SOFTMAX, TANH, (2, 4, 5, 3), 6),
    _network("4 layers, leaky relu", STABLE, LEAKY, (2, 5, 4, 3, 1), 6),
    _network("4 layers, tanh, squared error", SQUARED, TANH, (2, 3, 4, 5, 1), 6),
    _square_network("square, 2 layers, tanh, squared error", SQUARED, TANH, 2, 4),
    _square_network("square, 3 layers, relu, softmax", SOFTMAX, RELU, 3, 3),
)


def mistakes() -> Iterator[tuple[Network, Mistake, int]]:
    """Every mistake in every other network that it can be made in, and the layer it is made in; layers take turns."""
    for turn, mistake in enumerate(MISTAKES):
        possible = [net for net in NETWORKS if mistake.layers(net)]
        for net in possible[turn % 2 :: 2] or possible:
            layers = mistake.layers(net)
            yield net, mistake, layers[turn % len(layers)]

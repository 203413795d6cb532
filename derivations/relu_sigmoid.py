"""Two-layer network: ReLU hidden layer, sigmoid output, cross-entropy cost. Columns are examples."""

from gradcheck import bits, claim, derivation, dims, gradient, misprint, real
from gradcheck.notation import log, relu, relu_prime, sigmoid


@derivation(source="003_e936e4b92e98047e.txt")
def relu_sigmoid():
    n0, n1, m = dims("n0 n1 m")
    X, Y = real("X", n0, m), bits("Y", 1, m)
    W1, b1 = real("W1", n1, n0), real("b1", n1, 1)
    W2, b2 = real("W2", 1, n1), real("b2", 1, 1)

    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2
    T = sigmoid(Z2)
    J = -(Y @ log(T).T + (1 - Y) @ log(1 - T).T) / m

    yield claim(gradient(J, W2), (T - Y) @ A1.T / m, at="layer 2, vectorised")
    yield claim(
        gradient(J, b2),
        misprint((T - Y).sum(axis=1, keepdims=True), (T - Y).sum(axis=1, keepdims=True) / m, "1/m is lost"),
        at="layer 2, bias",
    )
    yield claim(
        gradient(J, W1),
        misprint((T - Y) @ (W2 * relu_prime(Z1)) @ X.T / m, (W2.T @ (T - Y) * relu_prime(Z1)) @ X.T / m, "W2 is transposed and comes first"),
        at="layer 1, vectorised",
    )
    yield claim(gradient(J, b2), (T - Y).sum(axis=1, keepdims=True))

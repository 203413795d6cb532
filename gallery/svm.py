"""The multiclass SVM loss: margins that are not met push scores, counted for the right class."""


from gradcheck import claim, derivation, dims, gradient, positive, real
from gradcheck.notation import indices, labels, maximum, where


@derivation(source="Optimization: Stochastic Gradient Descent, https://cs231n.github.io/optimization-1/")
def one_example():
    """∇ by a row of W is that of the rows j ≠ y_i, and of the row y_i."""
    C, D = dims("C D")
    j, k, d = indices("j k d")
    W, x, Delta = real("W", C, D), real("x_i", D), positive("Delta")
    y = labels("y_i", classes=C).one_hot
    s = W @ x
    right = (s * y).sum()
    margin = (s[j] - right + Delta).array(j)
    L = ((1 - y[j]) * maximum(0, margin[j])).sum(j).array()
    missed = ((1 - y[j]) * (1.0 * (margin[j] > 0))).array(j)

    yield claim(y @ gradient(L, W), -missed[j].sum(j).array() * x, at="∇ by w_{y_i}")
    yield claim(
        (1 - y[j]) * gradient(L, W[j, d]), (1 - y[j]) * (1.0 * (margin[j] > 0)) * x[d], at="∇ by w_j, j ≠ y_i"
    )
    yield claim(
        gradient(L, W[j, d]), where(y[j] > 0, -missed[k].sum(k) * x[d], missed[j] * x[d]), at="both cases (from memory)"
    )


@derivation(source="the loss of all examples, vectorised (from memory)")
def vectorised():
    N, D, C = dims("N D C")
    X, W, reg = real("X", N, D), real("W", D, C), real("reg")
    Y = labels("y", N, classes=C).one_hot
    scores = X @ W
    correct = (scores * Y).sum(axis=1, keepdims=True)
    margins = (1 - Y) * maximum(0, scores - correct + 1)
    L = margins.sum() / N + reg * (W * W).sum()
    binary = 1.0 * (margins > 0)
    binary = binary - Y * binary.sum(axis=1, keepdims=True)
    yield claim(gradient(L, W), X.T @ binary / N + 2 * reg * W, at="dW")

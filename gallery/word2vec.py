"""word2vec: the naive softmax, and negative sampling with a derivative too many."""

import numpy as np

from gradcheck import abuse_of_notation, cause, claim, derivation, dims, gradient, one_hot, real
from gradcheck.notation import exp, indices, labels, log, sigmoid

SIGMA = cause("the derivative of log σ is 1 - σ: a factor σ too many")


@derivation(source="A Simplest word2vec Model, https://jli05.github.io/2015/06/01/Simplest-word2vec.html")
def softmax_and_samples():
    """The sampled words are K different ones that are not the output word."""
    V, N, K = dims("V N K")
    i, j, k = indices("i j k")
    W, v = real("W'", N, V), real("v", N)
    star = labels("j*", classes=V)
    u = (W[i, j] * v[i]).sum(i).array(j)
    y = (exp(u[j]) / exp(u[k]).sum(k)).array(j)
    E = -log((y * star.one_hot).sum())
    e = (y[j] - star.one_hot[j]).array(j)
    yield claim(-E, (u * star.one_hot).sum() - log(exp(u[k]).sum(k)), at="log y")
    yield claim(gradient(E, u[j]), e[j], at="∂E/∂u")
    yield claim(gradient(E, W[i, j]), e[j] * v[i], at="∂E/∂w'")

    u_star, u_neg = real("u*", 1), real("u", K)
    E_neg = -log(sigmoid(u_star)).sum() - log(sigmoid(-u_neg[k])).sum(k)
    yield claim(gradient(E_neg, u_star), -sigmoid.prime(u_star) / sigmoid(u_star), sigmoid(u_star) - 1, at="j = j*")
    yield claim(
        gradient(E_neg, u_neg),
        sigmoid.prime(-u_neg) / sigmoid(-u_neg),
        1 - sigmoid(-u_neg),
        sigmoid(u_neg),
        at="j = j_1, …, j_K",
    )


@derivation(source="Gradients for skipgram word2vec, https://stats.stackexchange.com/questions/253244")
def center_word():
    D, W = dims("D W")
    U, v_c, y = real("U", D, W), real("v_c", D, 1), one_hot("y", W, 1)
    scores = U.T @ v_c
    y_hat = exp(scores) / exp(scores).sum()
    J = -(y * log(y_hat)).sum()
    yield claim(
        gradient(J, v_c),
        abuse_of_notation(
            U.T @ (y_hat - y), U @ (y_hat - y), "U is [u_1, …, u_W], one word a column: its transpose does not conform"
        ),
        at="the answer",
    )
    yield claim(gradient(J, U), v_c @ (y_hat - y).T, at="by the outside words (from memory)")


@derivation(
    source="Gradient descent step for word2vec negative sampling, https://datascience.stackexchange.com/questions/5615"
)
def negative_sampling():
    d, K = dims("d K")
    v_O, v_K, u = real("v'_O", d), real("v'_k", K, d), real("u_I", d)
    s_O, s_K = v_O @ u, v_K @ u
    E = -log(sigmoid(s_O)) - log(sigmoid(-s_K)).sum()
    by_output = SIGMA(sigmoid(s_O) * (sigmoid(s_O) - 1), sigmoid(s_O) - 1)
    by_samples = SIGMA(sigmoid(s_K) * sigmoid(-s_K), sigmoid(s_K))
    yield claim(gradient(E, s_O), by_output, at="if w_j = w_O")
    yield claim(gradient(E, s_K), by_samples, at="if w_j = w_k")
    yield claim(gradient(E, v_O), by_output * u, at="chain rule")
    yield claim(gradient(E, v_K), np.outer(by_samples, u), at="chain rule")

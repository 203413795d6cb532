"""Hidden Markov model: the forward algorithm in logarithms, whose gradients are what the backward algorithm finds."""

from hypothesis.strategies import integers

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.notation import exp, logsumexp


@derivation(source="forward and backward algorithm (from memory)", T=integers(1, 3))
def forward_backward(T):
    K = dims("K")
    pi, A = real("pi", K), real("A", K, K)
    e = [real(f"e{t}", K) for t in range(T)]
    alpha = [pi + e[0]]
    for t in range(1, T):
        alpha.append(logsumexp(alpha[-1][:, None] + A, axis=0) + e[t])
    beta = [0 * pi]
    for t in reversed(range(1, T)):
        beta.insert(0, logsumexp(A + (e[t] + beta[0])[None], axis=1))
    L = logsumexp(alpha[-1])

    for t in range(T):
        yield claim(gradient(L, e[t]), exp(alpha[t] + beta[t] - L), at="states")
    if T > 1:
        pairs = (alpha[t - 1][:, None] + A + (e[t] + beta[t])[None] - L for t in range(1, T))
        yield claim(gradient(L, A), sum(map(exp, pairs)), at="transitions")
    yield claim(gradient(L, pi), exp(pi + e[0] + beta[0] - L), at="the first state")

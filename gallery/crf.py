"""Linear-chain CRF: forward and backward recursions for every length, marginals as gradients of log Z."""

from hypothesis.strategies import integers

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.notation import exp, labels, logsumexp


@derivation(
    source="A question on the forward-backward algorithm in CRF++, https://stats.stackexchange.com/questions/208747",
    T=integers(1, 3),
)
def forward_backward(T):
    """Pairs have the scores g, and states h. The page's β' takes h along; marginals from memory."""
    S = dims("S")
    g, h = real("g", S, S), [real(f"h{t}", S) for t in range(T)]
    y = [labels(f"y{t}", classes=S).one_hot for t in range(T)]
    alpha, beta, beta_prime = [h[0]], [None] * T, [None] * T
    for t in range(1, T):
        alpha.append(logsumexp(alpha[t - 1][None, :] + g, axis=1) + h[t])
    beta[T - 1], beta_prime[T - 1] = 0 * h[T - 1], h[T - 1]
    for t in reversed(range(T - 1)):
        beta[t] = logsumexp(beta[t + 1] + h[t + 1] + g.T, axis=1)
        beta_prime[t] = logsumexp(beta_prime[t + 1] + g.T, axis=1) + h[t]
    log_Z = logsumexp(alpha[T - 1])

    for t in range(T):
        yield claim(beta_prime[t], beta[t] + h[t], at=f"β', {T - t} from the end")
        yield claim(logsumexp(alpha[t] + beta[t]), log_Z, at=f"Z, {T - t} from the end")
        marginal = exp(alpha[t] + beta_prime[t] - h[t] - log_Z)
        yield claim(gradient(log_Z, h[t]), marginal, at=f"marginals, {T - t} from the end")
    pairs = 0 * g
    for t in range(1, T):
        pairs = pairs + exp(alpha[t - 1][None, :] + g + beta_prime[t][:, None] - log_Z)
    score = sum((y[t] * h[t]).sum() for t in range(T)) + sum((y[t] @ g) @ y[t - 1] for t in range(1, T))
    counts = sum((y[t][:, None] * y[t - 1][None, :] for t in range(1, T)), 0 * g)
    if T > 1:
        yield claim(gradient(log_Z - score, g), pairs - counts, at="expected less observed")
    yield claim(gradient(log_Z - score, h[0]), exp(alpha[0] + beta[0] - log_Z) - y[0], at="expected less observed")

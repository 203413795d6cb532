"""Score matching, normalizing flows and a restricted Boltzmann machine."""


from gradcheck import bits, claim, derivation, dims, gradient, jacobian, positive, real
from gradcheck.notation import det, diag, exp, identity, indices, outer, sigmoid, slogdet, softplus, tanh, trace


@derivation(source="score matching of a linear score (from memory)")
def score_matching():
    d = dims("d")
    W, b, x, e, sigma = real("W", d, d), real("b", d), real("x", d), real("e", d), positive("sigma")
    s = W @ x + b
    J = trace(jacobian(s, x)) + (s**2).sum() / 2
    yield claim(J, trace(W) + (s**2).sum() / 2, at="the loss")
    yield claim(gradient(J, W), identity(d) + outer(s, x), at="by W")
    yield claim(gradient(J, b), s, at="by b")
    noisy = x + sigma * e
    denoising = ((W @ noisy + (noisy - x) / sigma**2) ** 2).sum() / 2
    yield claim(gradient(denoising, W), outer(W @ noisy + e / sigma, noisy), at="denoising")


@derivation(source="a planar and an affine flow (from memory)")
def flows():
    d = dims("d")
    z, u, w, b = real("z", d), real("u", d), real("w", d), real("b")
    f = z + u * tanh(w @ z + b)
    psi = (1 - tanh(w @ z + b) ** 2) * w
    yield claim(jacobian(f, z), identity(d) + outer(u, psi), at="planar flow")
    yield claim(det(jacobian(f, z)), 1 + u @ psi, at="its determinant")
    s, t, a, c = real("s", d), real("t", d), real("a", d), real("c", d)
    yield claim(jacobian(a * exp(s * tanh(c)) + t * c, a), diag(exp(s * tanh(c))), at="coupling layer")
    yield claim(slogdet(diag(exp(s))).logabsdet, s.sum(), at="its log determinant")


@derivation(source="free energy of a restricted Boltzmann machine (from memory)")
def boltzmann():
    n, m = dims("n m")
    i, j = indices("i j")
    W, b, c, v = real("W", m, n), real("b", n), real("c", m), bits("v", n)
    F = -b @ v - softplus(c + W @ v).sum()
    h = sigmoid(c + W @ v)
    yield claim(gradient(F, W[j, i]), -h[j] * v[i], at="weights")
    yield claim(gradient(F, b), -v, at="visible units")
    yield claim(gradient(F, c), -h, at="hidden units")

"""Cosine similarity, L2 and weight normalisation, and ridge regression; two answers with a slip."""

from gradcheck import cause, claim, derivation, dims, gradient, jacobian, misprint, positive, real
from gradcheck.notation import identity, indices, outer, sign, sqrt

SLIP = cause("a_1 b_1 stands for the whole scalar product")


def norm(x):
    return sqrt((x**2).sum())


@derivation(source="Gradient of cosine similarity, https://dscamiss.github.io/blog/posts/gradient-of-cosine-similarity")
def cosine():
    """d_x S · x̃ is the scalar product of the gradient with x̃."""
    n = dims("n")
    x, y, t = real("x", n), real("y", n), real("x~", n)
    norm_x, norm_y = norm(x), norm(y)
    S = x @ y / (norm_x * norm_y)
    yield claim(gradient(norm_x, x) @ t, t @ x / norm_x, at="the norm")
    yield claim(
        gradient(S, x) @ t,
        (norm_x * norm_y * (t @ y) - (x @ y) * (t @ x) / norm_x * norm_y) / (norm_x**2 * norm_y**2),
        t @ y / (norm_x * norm_y) - (x @ y) * (t @ x) / (norm_x**3 * norm_y),
        t @ y / (norm_x * norm_y) - S * (t @ x) / norm_x**2,
        t @ (1 / (norm_x * norm_y) * y - S / norm_x**2 * x),
        at="by x",
    )
    yield claim(gradient(S, y), 1 / (norm_x * norm_y) * x - S / norm_y**2 * y, at="by y")


@derivation(
    source="Partial derivative of cosine similarity, math.stackexchange.com 1923613, https://kiwix.lukehooper.xyz/content/"
    "math.stackexchange.com_en_all_2024-10/questions/1923613/partial-derivative-of-cosine-similarity"
)
def cosine_by_an_entry():
    """The asker's lines; the last one is right again, though it does not follow from the others.

    The first line is printed with the root of a² b² in the denominator; here it is the product of both norms.
    """
    n = dims("n")
    a, b = real("a", n), real("b", n)
    norm_a, norm_b = norm(a), norm(b)
    cossim = a @ b / (norm_a * norm_b)
    product = SLIP(a[0] * b[0], a @ b)
    yield claim(
        gradient(cossim, a[0]),
        b[0] * norm_a**-1 * norm_b**-1 - a[0] * product * norm_a**-3 * norm_b**-1,
        b[0] / (norm_a * norm_b) - a[0] * norm_a**-2 * product / (norm_a * norm_b),
        b[0] / (norm_a * norm_b) - product / (norm_a * norm_b) * (a[0] / norm_a**2),
        b[0] / (norm_a * norm_b) - cossim * a[0] / norm_a**2,
        at="∂cossim/∂a_1",
    )


@derivation(
    source="How to differentiate this equation (contains absolute and norm), "
    "https://math.techqa.club/how-to-differentiate-this-equation-contains-absolute-and-norm-962239"
)
def absolute_cosine():
    n = dims("n")
    x, y = real("x", n), real("y", n)
    norm_x, norm_y = norm(x), norm(y)
    slope = sign(x @ y) * y
    yield claim(
        gradient(abs(x @ y), x), misprint(sign(abs(x @ y)) * y, slope, "the sign of what is not negative"), at="hint 1"
    )
    yield claim(gradient(norm_x, x), x / norm_x, at="hint 2")
    up, down = norm_x * gradient(abs(x @ y), x), abs(x @ y) * gradient(norm_x, x)
    yield claim(
        gradient(abs(x @ y) / (norm_x * norm_y), x),
        misprint(
            (up + down) / (norm_x**2 * norm_y), (up - down) / (norm_x**2 * norm_y), "the quotient rule has a minus"
        ),
        at="so",
    )


@derivation(
    source="Given a projection M = I - w w^T / ||w||^2, "
    "https://math.techqa.club/given-a-projection-m-i-frac-ww-t-w-2-how-s-the-result-m-w-is-orthogonal-to-w-4228044"
)
def weight_normalisation():
    """w = g v / ||v||; the loss is a linear one, whose gradient by w is any vector. By g from the paper, by memory."""
    n = dims("n")
    v, g, by_w, eta = real("v", n), positive("g"), real("∇_w L", n), real("eta")
    w = g * v / norm(v)
    L = by_w @ w
    M = identity(n) - outer(w, w) / norm(w) ** 2
    yield claim(gradient(L, g), by_w @ v / norm(v), at="by g")
    by_v = g / norm(v) * M @ by_w
    yield claim(
        gradient(L, v), by_v, g / norm(v) * by_w - g * gradient(L, g) / norm(v) ** 2 * v, at="by v"
    )
    step = -eta * by_v
    yield claim(w @ step, -eta * g / norm(v) * (w @ M) @ by_w, 0, at="the step is orthogonal to w")


@derivation(source="L2 normalisation of an embedding (from memory)")
def l2_normalisation():
    d = dims("d")
    i, j = indices("i j")
    x, G = real("x", d), real("G", d)
    r = sqrt((x[i] ** 2).sum(i)).array()
    u = (x[i] / r).array(i)
    L = (G * u).sum()
    yield claim(jacobian(u[i], x[j]), ((i == j) - u[i] * u[j]) / r, at="the projection")
    yield claim(gradient(L, x), (G - u * (u @ G)) / r, at="the gradient")


@derivation(source="Regularized linear regression, https://ethann.netlify.app/notes/regularized-linear-regression")
def ridge():
    """The objective, which the page's excerpt does not show, from memory; the penalty's second derivative, too."""
    n, d = dims("n d")
    X, y, w, lam = real("X", n, d), real("y", n), real("w", d), positive("lambda")
    J = ((X @ w - y) ** 2).sum() + lam * w @ w
    yield claim(gradient(J, w), 2 * (X.T @ X @ w - X.T @ y + lam * w), at="∇J")
    yield claim(jacobian(gradient(J, w), w), 2 * (X.T @ X + lam * identity(d)), at="the Hessian")

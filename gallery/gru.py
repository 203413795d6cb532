"""A GRU cell: the numbered errors of a package's vignette, half of them exchanged; and the same by hand."""

from gradcheck import cause, claim, derivation, dims, gradient, real
from gradcheck.notation import sigmoid, tanh

MINUS = cause("1 minus the error stands for minus the error")
SUM = cause("the error of 1 - z is left out, and that of the candidate is added")
RESET = cause("the candidate sees h r through W_g, and x through U_g")
RESET_GATE = cause("the error of h stands for the error of r")


@derivation(source="GRU units, vignette of the R package rnn, http://cran.r-project.org/web/packages/rnn/vignettes/GRU_units.html")
def vignette():
    """Rows. In the candidate, W_g stands to the left in the text; it is read as in the other gates.

    The error of a node is the gradient by its value, δ1 that from above and δ2 that from the future. The primed
    functions take the values of their functions: tanh'(g) is 1 - g², and sigmoid'(z) is z (1 - z).
    δ4 and the errors from δ19 on, which are sums over ways, are left out.
    """
    n, d = dims("n d")
    x, h = real("x_t", 1, d), real("h_{t-1}", 1, n)
    W_r, W_z, W_g = real("W_r", n, n), real("W_z", n, n), real("W_g", n, n)
    U_r, U_z, U_g = real("U_r", d, n), real("U_z", d, n), real("U_g", d, n)
    delta1, delta2 = real("delta1", 1, n), real("delta2", 1, n)

    a_r, a_z = h @ W_r + x @ U_r, h @ W_z + x @ U_z
    r, z = sigmoid(a_r), sigmoid(a_z)
    hr = h * r
    a_g = hr @ W_g + x @ U_g
    g = tanh(a_g)
    rest = 1 - z
    kept, new = h * rest, z * g
    h_t = kept + new
    J = ((delta1 + delta2) * h_t).sum()

    delta3 = delta1 + delta2
    yield claim(gradient(J, h_t), delta3, at="δ3")
    delta5 = delta3 * h
    yield claim(gradient(J, rest), delta5, at="δ5")
    delta6 = MINUS(1 - delta5, -delta5)
    yield claim(gradient((delta3 * kept).sum(), z), delta6, at="δ6")
    delta7 = delta3 * g
    yield claim(gradient((delta3 * new).sum(), z), delta7, at="δ7")
    delta8 = delta3 * z
    yield claim(gradient(J, g), delta8, at="δ8")
    delta9 = SUM(delta7 + delta8, delta6 + delta7)
    yield claim(gradient(J, z), delta9, at="δ9")
    delta10 = delta8 * (1 - g**2)
    yield claim(gradient(J, a_g), delta10, at="δ10")
    delta11 = delta9 * (z * (1 - z))
    yield claim(gradient(J, a_z), delta11, at="δ11")
    delta13 = RESET(delta10 @ U_g.T, delta10 @ W_g.T)
    yield claim(gradient(J, hr), delta13, at="δ13")
    delta16 = delta13 * h
    yield claim(gradient(J, r), delta16, at="δ16")
    delta17 = delta13 * r
    delta18 = RESET_GATE(delta17, delta16) * (r * (1 - r))
    yield claim(gradient(J, a_r), delta18, at="δ18")


@derivation(source="a GRU cell, by its gates (from memory)")
def cell():
    n, d = dims("n d")
    x, h, dh_t = real("x", d), real("h_{t-1}", n), real("dh", n)
    W_z, W_r, W_h = real("W_z", n, d), real("W_r", n, d), real("W_h", n, d)
    U_z, U_r, U_h = real("U_z", n, n), real("U_r", n, n), real("U_h", n, n)
    z = sigmoid(W_z @ x + U_z @ h)
    r = sigmoid(W_r @ x + U_r @ h)
    h_tilde = tanh(W_h @ x + U_h @ (r * h))
    h_t = (1 - z) * h + z * h_tilde
    J = dh_t @ h_t

    da_h = dh_t * z * (1 - h_tilde**2)
    da_z = dh_t * (h_tilde - h) * z * (1 - z)
    da_r = (U_h.T @ da_h) * h * r * (1 - r)
    yield claim(gradient(J, U_h), da_h[:, None] @ (r * h)[None], at="U_h")
    yield claim(gradient(J, U_z), da_z[:, None] @ h[None], at="U_z")
    yield claim(gradient(J, W_r), da_r[:, None] @ x[None], at="W_r")
    yield claim(gradient(J, x), W_h.T @ da_h + W_z.T @ da_z + W_r.T @ da_r, at="x")
    yield claim(
        gradient(J, h), dh_t * (1 - z) + r * (U_h.T @ da_h) + U_z.T @ da_z + U_r.T @ da_r, at="h_{t-1}"
    )

"""Handwritten notes: a 3-2-1 network of sigmoids on n inputs, its loss and its cost over m examples, layer by layer.

A superscript in brackets is a layer on w, b, z and a, and an example on y. The model: z1 = w1 x + b1 and a1 = σ(z1)
with 3 units, z2 = w2 a1 + b2 and a2 = σ(z2) with 2 units, z3 = w3 a2 + b3 and a3 = σ(z3) with 1 unit; for one example
L = -[y log a3 + (1-y) log(1-a3)], and J is the mean of L over m examples. `at` counts displays from 1.

How they are read: `*` is the element-wise product, × and juxtaposition the matrix product (the notes say so, and reject
an order because "shape doesn't match"), products go from left to right as in NumPy, and a dot multiplies by a number.
a(1-a) is σ′(z), entry by entry. ∂ of a number has the shape of what it is taken by, as their braces say. The diagonal
box is ∂L/∂z2. In sums over the examples everything that is not a parameter belongs to example i.

Claims whose place begins with "ours:" are not in the notes: ∂L/∂b3, which they leave unfinished, the gradients that
they get wrong or leave out, and updates with a learning rate α. Their own updates have none: these are judged as
printed, for the rate 1.

Not checked:
- display 10, two circles on either side of w2: a sketch (of 3 and 2 units, as the line above it says);
- the striking out of display 11: the remark "shape doesn't match" is checked, it is the verdict on the product;
- the missing index i on a, on L and (displays 13, 19, 20) on y under Σ_i: typography;
- which factors the loose shapes of display 2 and below displays 12, 15, 16 and 17 belong to: taken where they fit.
"""

from types import SimpleNamespace

from gradcheck import (
    abuse_of_notation,
    bits,
    claim,
    derivation,
    dims,
    gradient,
    jacobian,
    misprint,
    positive,
    real,
    shape,
)
from gradcheck.notation import diag, einsum, log, ones, sigmoid

SOURCE = "001_375e335704064bef.txt"


def _parameters(n):
    w1, b1 = real("w1", 3, n), real("b1", 3, 1)
    w2, b2 = real("w2", 2, 3), real("b2", 2, 1)
    w3, b3 = real("w3", 1, 2), real("b3", 1, 1)
    return w1, b1, w2, b2, w3, b3


def _one_example():
    """One example: x (n, 1) and y (1, 1). Of the cost it knows what its own a3 does: the other losses are a number."""
    n, m = dims("n m")
    w1, b1, w2, b2, w3, b3 = _parameters(n)
    x, y = real("x", n, 1), bits("y", 1, 1)

    z1 = w1 @ x + b1
    a1 = sigmoid(z1)
    z2 = w2 @ a1 + b2
    a2 = sigmoid(z2)
    z3 = w3 @ a2 + b3
    a3 = sigmoid(z3)
    L = -(y * log(a3) + (1 - y) * log(1 - a3))
    J = (L + real("others")) / m
    return SimpleNamespace(**locals())


def _m_examples():
    """All m examples, the columns of X (n, m) and Y (1, m)."""
    n, m = dims("n m")
    w1, b1, w2, b2, w3, b3 = _parameters(n)
    X, Y = real("X", n, m), bits("Y", 1, m)

    A1 = sigmoid(w1 @ X + b1 @ ones(1, m))
    A2 = sigmoid(w2 @ A1 + b2 @ ones(1, m))
    A3 = sigmoid(w3 @ A2 + b3)
    J = -(Y @ log(A3).T + (1 - Y) @ log(1 - A3).T) / m
    return SimpleNamespace(**locals())


def _each(A):
    """The columns of A (k, m) as m matrices (k, 1), for sums over i that say which matrix product they are of."""
    k, m = A.shape
    return A.T.reshape(m, k, 1)


# ---- layer 3 -----------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, layers="()")
def loss_w3():
    net = _one_example()
    y, w3, b3, a2, z3, a3, L = net.y, net.w3, net.b3, net.a2, net.z3, net.a3, net.L

    yield claim(
        gradient(L, w3),
        -(y * gradient(log(sigmoid(w3 @ a2 + b3)), w3) + (1 - y) * gradient(log(1 - sigmoid(w3 @ a2 + b3)), w3)),
        -(y * (1 / a3) * (a3 * (1 - a3)) * a2.T + (1 - y) * (1 / (1 - a3)) * (-1) * (a3 * (1 - a3)) * a2.T),
        -(y * (1 - a3) * a2.T + (1 - y) * (-1) * a3 * a2.T),
        -(y * a2.T - y * a3 * a2.T + y * a3 * a2.T - a3 * a2.T),
        -(y * a2.T - a3 * a2.T),
        -(y - a3) * a2.T,
        at="displays 1 and 3, ∂L/∂w3, lines 1-2, 3, then 1, 2, 3 and box",
    )
    z_for_a = "w3 a2 + b3 is z3: the brace must begin before σ, as it does in display 21"
    yield claim(a3, misprint(w3 @ a2 + b3, sigmoid(w3 @ a2 + b3), z_for_a), at="display 1, line 1, brace")
    yield claim(a3, misprint(w3 @ a2 + b3, sigmoid(w3 @ a2 + b3), z_for_a), at="display 1, line 2, brace")

    yield claim(shape(w3), (1, 2), at="display 2, first shape: w3")
    yield claim(shape(w3 @ a2 + b3), (1, 1), at="display 2, second shape: w3 a2 + b3")
    yield claim(shape(gradient(w3 @ a2 + b3, w3)), (1, 2), at="display 2, third shape: the derivative")

    yield claim(z3, w3 @ a2 + b3, at="display 6, brace")
    yield claim(gradient(w3 @ a2 + b3, w3), a2.T, gradient(z3, w3), at="display 6, left")
    yield claim(
        gradient(L, w3),
        gradient(L, a3) @ gradient(a3, z3) @ gradient(z3, w3),
        -(y - a3) * a2.T,
        at="display 6, right: chain and box",
    )


@derivation(source=SOURCE, broadcast=False, layers="()")
def cost_w3():
    net = _m_examples()
    m, Y, w3, A2, A3, J = net.m, net.Y, net.w3, net.A2, net.A3, net.J
    y, a2, a3 = _each(Y), _each(A2), _each(A3)
    losses = -(y * log(a3) + (1 - y) * log(1 - a3))

    yield claim(
        gradient(J, w3),
        gradient(losses.sum() / m, w3),
        -einsum("iab,icb->ac", y - a3, a2) / m,
        at="display 4, ∂J/∂w3",
    )
    yield claim(
        w3 - gradient(J, w3),
        w3 - gradient(losses.sum() / m, w3),
        misprint(
            w3 - einsum("iab,icb->ac", y - a3, a2) / m,
            w3 + einsum("iab,icb->ac", y - a3, a2) / m,
            "the minus of the gradient is lost: this step goes uphill",
        ),
        at="display 4, update ①, lines 1 and 2",
    )


# ---- layer 2 -----------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, layers="()")
def chain_to_w2():
    net = _one_example()
    m, y, w2, w3 = net.m, net.y, net.w2, net.w3
    a1, z2, a2, z3, a3, L, J = net.a1, net.z2, net.a2, net.z3, net.a3, net.L, net.J
    # The derivatives as matrices that can be multiplied; ∂z2/∂w3 is (2, 2), ∂z2/∂w2 is (2, 2, 3).
    chain = jacobian(J, a3) @ jacobian(a3, z3) @ jacobian(z3, a2) @ jacobian(a2, z2) @ jacobian(z2, w3)
    right_chain = gradient(L, a3) @ gradient(a3, z3) @ gradient(z3, w3)
    chain_w2 = einsum(
        "ab,bc,cd,de,epq->pq",
        jacobian(L, a3),
        jacobian(a3, z3),
        jacobian(z3, a2),
        jacobian(a2, z2),
        jacobian(z2, w2),
    )
    values = (a3 - y) @ w3.T @ (a2 * (1 - a2)) @ a1.T

    left = "the product is 0, for z2 does not depend on w3: w2 is meant on both sides (and ∂L for ∂J)"
    yield claim(gradient(L, w3), misprint(chain, right_chain, left), at="display 5, ∂L/∂w3")
    yield claim(
        gradient(L, w2),
        misprint(chain, chain_w2, "the last factor must be ∂z2/∂w2, and the first ∂L/∂a3"),
        at="display 5, with ∂L/∂w2 on the left, as is meant",
    )

    yield claim(
        gradient(L, w3),
        misprint(chain, right_chain, left),
        misprint(values, -(y - a3) * a2.T, "this is meant for w2; it conforms for neither"),
        at="displays 7 and 8, ∂L/∂w3",
    )
    yield claim(
        gradient(L, w2),
        misprint(chain, chain_w2, "the last factor must be ∂z2/∂w2, and the first ∂L/∂a3"),
        abuse_of_notation(
            values,
            (a3 - y) * (w3.T * (a2 * (1 - a2)) @ a1.T),
            "a3 - y multiplies as a number, and w3ᵀ and a2(1-a2) are multiplied element by element",
        ),
        at="displays 7 and 8, with ∂L/∂w2 on the left, as is meant",
    )
    yield claim(
        gradient(J, a3),
        misprint(-(y - a3), (a3 - y) / (a3 * (1 - a3)) / m, "this is ∂L/∂z3, two factors at once; and ∂J has 1/m"),
        at="display 7, brace 1, ∂J/∂a3",
    )
    yield claim(
        gradient(a3, z3),
        misprint(w3.T, a3 * (1 - a3), "the braces from here on stand one factor too early"),
        at="display 7, brace 2, ∂a3/∂z3",
    )
    yield claim(
        gradient(z3, a2),
        misprint(a2 * (1 - a2), w3.T, "one factor too early: this is ∂a2/∂z2"),
        at="display 7, brace 3, ∂z3/∂a2",
    )
    yield claim(
        jacobian(a2, z2),
        misprint(a1.T, diag(a2 * (1 - a2)), "one factor too early: this is ∂z2/∂w2"),
        at="display 7, brace 4, ∂a2/∂z2",
    )
    # The brace says ∂z2/∂w3 = a1ᵀ. It is read from the right, for a derivative that is 0 can be nobody's target.
    yield claim(
        a1.T,
        misprint(jacobian(z2, w3), jacobian(z2, w2)[0, :1], "∂z2/∂w3 is 0; a unit of z2 by its row of w2 gives a1ᵀ"),
        at="display 7, brace 5, ∂z2/∂w3",
    )


@derivation(source=SOURCE, broadcast=False, layers="()")
def loss_w2():
    net = _one_example()
    y, w2, w3, a1, z2, a2, a3, L = net.y, net.w2, net.w3, net.a1, net.z2, net.a2, net.a3, net.L
    s2 = a2 * (1 - a2)

    yield claim(
        sigmoid.prime(z2),
        abuse_of_notation(a2 @ (1 - a2), a2 * (1 - a2), "the product of two columns is meant element by element"),
        at="displays 7-20, a2(1-a2)",
    )
    yield claim(shape(w2), (2, 3), at="below display 9, w2 connects 3 neurons to 2 neurons")

    yield claim(
        gradient(L, w2),
        abuse_of_notation(
            (a3 - y) @ w3.T * s2 @ a1.T,
            (a3 - y) * w3.T * s2 @ a1.T,
            "shape doesn't match, as the notes say; it does if a3 - y multiplies as a number",
        ),
        w3.T * s2 @ (a3 - y) @ a1.T,
        at="displays 11 (struck out) and 12, ∂L/∂w2",
    )
    yield claim(shape(a3 - y), (1, 1), at="display 11, brace 1")
    yield claim(shape(w3.T), (2, 1), at="display 11, brace 2")
    yield claim(shape(a2 * (1 - a2)), (2, 1), at="display 11, brace 3")
    yield claim(shape(a1.T), (1, 3), at="display 11, brace 4")
    yield claim(shape(w3.T), (2, 1), at="display 12, brace 1")
    yield claim(shape(a2 * (1 - a2)), (2, 1), at="display 12, brace 2")
    yield claim(shape(a3 - y), (1, 1), at="display 12, brace 3")
    yield claim(shape(a1.T), (1, 3), at="display 12, brace 4")
    yield claim(shape(w3.T * s2 @ (a3 - y) @ a1.T), (2, 3), at="below display 12, the product")

    product = einsum("ja,jpq->pq", gradient(L, z2), jacobian(z2, w2))
    yield claim(
        gradient(L, w2),
        abuse_of_notation(
            gradient(L, z2) * jacobian(z2, w2), product, "the star is the chain rule's sum over the units of z2"
        ),
        at="display 14, left-hand side",
    )
    yield claim(
        product,
        misprint(w3.T * s2 @ a1.T, w3.T * s2 @ (a3 - y) @ a1.T, "a3 - y is lost"),
        at="display 14, ∂L/∂z2 * ∂z2/∂w2",
    )
    yield claim(shape(w3.T * s2), (2, 1), at="display 14, brace 1")
    yield claim(shape(a1.T), (1, 3), at="display 14, brace 2")


@derivation(source=SOURCE, broadcast=False, layers="()")
def cost_w2():
    net = _m_examples()
    m, Y, w2, w3, A1, A2, A3, J = net.m, net.Y, net.w2, net.w3, net.A1, net.A2, net.A3, net.J
    y, a1, a2, a3 = _each(Y), _each(A1), _each(A2), _each(A3)
    s2 = a2 * (1 - a2)

    # Display 9 is of four matrix products; display 13 has a star, and an order in which the shapes match.
    yield claim(
        w3 - gradient(J, w3),
        misprint(
            w3 - einsum("iab,bc,icd,ied->ae", a3 - y, w3.T, s2, a1) / m,
            w3 - einsum("iab,icb->ac", a3 - y, a2) / m,
            "the sum is meant for w2: w2 must stand on the left and first on the right",
        ),
        at="display 9, update ②",
    )
    yield claim(
        w2 - gradient(J, w2),
        abuse_of_notation(
            w2 - einsum("iab,bc,icd,ied->ae", a3 - y, w3.T, s2, a1) / m,
            w2 - einsum("ab,iab,ibc,idc->ad", w3.T, s2, a3 - y, a1) / m,
            "a3 - y multiplies as a number, and w3ᵀ and a2(1-a2) are multiplied element by element",
        ),
        at="display 9, update ②, with w2 for w3, as is meant",
    )
    yield claim(gradient(J, w2), einsum("ab,iab,ibc,idc->ad", w3.T, s2, a3 - y, a1) / m, at="display 13, ∂J/∂w2")


# ---- layer 1 -----------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, layers="()")
def loss_w1():
    net = _one_example()
    n, x, y, w1, w2, w3 = net.n, net.x, net.y, net.w1, net.w2, net.w3
    z1, a1, z2, a2, a3, L = net.z1, net.a1, net.z2, net.a2, net.a3, net.L
    s1, s2 = a1 * (1 - a1), a2 * (1 - a2)
    box = gradient(L, z2)

    yield claim(
        sigmoid.prime(z1),
        abuse_of_notation(a1 @ (1 - a1), a1 * (1 - a1), "the product of two columns is meant element by element"),
        at="displays 16-20, a1(1-a1)",
    )
    yield claim(
        gradient(L, w1),
        abuse_of_notation(
            gradient(L, z2) * jacobian(z2, a1) * jacobian(a1, z1) * jacobian(z1, w1),
            einsum("ja,jk,kl,lpq->pq", gradient(L, z2), jacobian(z2, a1), jacobian(a1, z1), jacobian(z1, w1)),
            "the stars are the chain rule's sums over the units of z2, a1 and z1",
        ),
        misprint(
            box * w2.T * s1 * x.T,
            (w2.T @ box * s1) @ x.T,
            "w2ᵀ comes first, and it and xᵀ are matrix products",
        ),
        abuse_of_notation(
            w2.T * s1 * box * x.T,
            (diag(s1) @ w2.T) @ box @ x.T,
            "the first star multiplies every column of w2ᵀ by a1(1-a1), the other two are matrix products",
        ),
        misprint(
            w2.T * s1 * w3.T * s2 @ (a3 - y),
            (diag(s1) @ w2.T) @ (w3.T * s2 @ (a3 - y)) @ x.T,
            "xᵀ is lost, and so are the products that conform",
        ),
        at="displays 15, 16, 17 and 18, ∂L/∂w1",
    )
    yield claim(shape(gradient(L, w1)), (3, n), at="below display 15, ∂L/∂w1")

    yield claim(shape(box), (2, 1), at="display 16, brace 1, the box")
    yield claim(shape(w2.T), (3, 2), at="display 16, brace 2")
    yield claim(shape(s1), misprint((3, 2), (3, 1), "a1(1-a1) is a column"), at="display 16, brace 3")
    yield claim(shape(x.T), (1, n), at="display 16, brace 4")

    # A product that does not conform has no shape to declare, so the shapes are those of what is meant by it.
    product = diag(s1) @ w2.T
    yield claim(shape(product), (3, 2), at="below display 16, w2ᵀ and a1(1-a1)")
    yield claim(
        product,
        abuse_of_notation(w2.T * s1, w2.T * (s1 @ ones(1, 2)), "a1(1-a1) multiplies every column of w2ᵀ"),
        at="display 17, under brace 1",
    )
    yield claim(shape(product), (3, 2), at="display 17, brace 1")
    yield claim(shape(box), (2, 1), at="display 17, brace 2, the box")
    yield claim(shape(x.T), (1, n), at="display 17, brace 3")
    yield claim(shape(product @ box @ x.T), (3, n), at="below display 17, the product")


@derivation(source=SOURCE, broadcast=False, layers="()")
def cost_w1():
    net = _m_examples()
    m, X, Y, w1, w2, w3, A1, A2, A3, J = net.m, net.X, net.Y, net.w1, net.w2, net.w3, net.A1, net.A2, net.A3, net.J
    x, y, a1, a2, a3 = _each(X), _each(Y), _each(A1), _each(A2), _each(A3)
    s1, s2 = a1 * (1 - a1), a2 * (1 - a2)
    lost = "xᵀ is lost, and w2ᵀ is a factor of a matrix product"

    # Factors of an element-wise product share both letters; what is right sums over w2ᵀ's columns, and ends with xᵀ.
    yield claim(
        gradient(J, w1),
        misprint(
            einsum("ab,iab,ab,iab,ibc->ac", w2.T, s1, w3.T, s2, a3 - y) / m,
            einsum("ab,iac,bd,ibd,idc,inc->an", w2.T, s1, w3.T, s2, a3 - y, x) / m,
            lost,
        ),
        at="display 19, ∂J/∂w1",
    )
    yield claim(
        w1 - gradient(J, w1),
        misprint(
            w1 - einsum("ab,iab,ab,iab,ibc->ac", w2.T, s1, w3.T, s2, a3 - y) / m,
            w1 - einsum("ab,iac,bd,ibd,idc,inc->an", w2.T, s1, w3.T, s2, a3 - y, x) / m,
            lost,
        ),
        at="display 20, update ③",
    )


# ---- biases ------------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, layers="()")
def loss_b3():
    net = _one_example()
    y, w3, b3, a2, a3, L = net.y, net.w3, net.b3, net.a2, net.a3, net.L

    yield claim(
        gradient(L, b3),
        -(y * gradient(log(sigmoid(w3 @ a2 + b3)), b3) + (1 - y) * gradient(log(1 - sigmoid(w3 @ a2 + b3)), b3)),
        -(y * (1 / a3) * a3 * (1 - a3) * 1 + (1 - y) * (1 / (1 - a3)) * (-1) * (a3 * (1 - a3)) * 1),
        at="display 21, ∂L/∂b3, lines 1-2 and 3",
    )
    yield claim(a3, sigmoid(w3 @ a2 + b3), at="display 21, line 1, brace")
    yield claim(a3, sigmoid(w3 @ a2 + b3), at="display 21, line 2, brace")
    yield claim(
        gradient(L, b3),
        -(y * (1 - a3) - (1 - y) * a3),
        -(y - y * a3 - a3 + y * a3),
        -(y - a3),
        at="ours: display 21 continued to its end",
    )


# ---- ours --------------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, layers="()")
def ours_one_example():
    net = _one_example()
    x, y, w1, b1, w2, b2, w3 = net.x, net.y, net.w1, net.b1, net.w2, net.b2, net.w3
    z1, a1, z2, a2, z3, a3, L = net.z1, net.a1, net.z2, net.a2, net.z3, net.a3, net.L
    d3 = a3 - y
    d2 = (w3.T @ d3) * (a2 * (1 - a2))
    d1 = (w2.T @ d2) * (a1 * (1 - a1))

    yield claim(gradient(L, z3), gradient(L, a3) @ gradient(a3, z3), d3, at="ours: ∂L/∂z3")
    yield claim(gradient(L, z2), jacobian(a2, z2).T @ jacobian(z3, a2).T @ gradient(L, z3), d2, at="ours: ∂L/∂z2")
    yield claim(gradient(L, z1), jacobian(a1, z1).T @ jacobian(z2, a1).T @ gradient(L, z2), d1, at="ours: ∂L/∂z1")
    yield claim(
        gradient(L, w1),
        einsum("la,lpq->pq", gradient(L, z1), jacobian(z1, w1)),
        gradient(L, z1) @ x.T,
        d1 @ x.T,
        at="ours: ∂L/∂w1",
    )
    yield claim(gradient(L, b2), jacobian(z2, b2).T @ gradient(L, z2), d2, at="ours: ∂L/∂b2")
    yield claim(gradient(L, b1), jacobian(z1, b1).T @ gradient(L, z1), d1, at="ours: ∂L/∂b1")


@derivation(source=SOURCE, broadcast=False, layers="()")
def ours_m_examples():
    net = _m_examples()
    m, X, Y, w1, b1, w2, b2, w3, b3 = net.m, net.X, net.Y, net.w1, net.b1, net.w2, net.b2, net.w3, net.b3
    A1, A2, A3, J = net.A1, net.A2, net.A3, net.J
    # Column i of D3 is ∂L/∂z3 of example i, and so on; a product with a transpose is a sum over i.
    D3 = A3 - Y
    D2 = (w3.T @ D3) * (A2 * (1 - A2))
    D1 = (w2.T @ D2) * (A1 * (1 - A1))
    alpha = positive("alpha")

    yield claim(gradient(J, w3), D3 @ A2.T / m, at="ours: ∂J/∂w3")
    yield claim(gradient(J, w2), D2 @ A1.T / m, at="ours: ∂J/∂w2")
    yield claim(gradient(J, w1), D1 @ X.T / m, at="ours: ∂J/∂w1")
    yield claim(gradient(J, b3), D3.sum(axis=1, keepdims=True) / m, at="ours: ∂J/∂b3")
    yield claim(gradient(J, b2), D2.sum(axis=1, keepdims=True) / m, at="ours: ∂J/∂b2")
    yield claim(gradient(J, b1), D1.sum(axis=1, keepdims=True) / m, at="ours: ∂J/∂b1")

    yield claim(w3 - alpha * gradient(J, w3), w3 - alpha * (D3 @ A2.T / m), at="ours: update ① with α")
    yield claim(w2 - alpha * gradient(J, w2), w2 - alpha * (D2 @ A1.T / m), at="ours: update ② with α")
    yield claim(w1 - alpha * gradient(J, w1), w1 - alpha * (D1 @ X.T / m), at="ours: update ③ with α")

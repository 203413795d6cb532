"""Handwritten notes: a 3-2-1 network of sigmoids on n inputs, its loss and its cost over m examples, layer by layer.

A superscript in brackets is a layer on w, b, z and a, and an example on y. The model: z1 = w1 x + b1 and a1 = σ(z1)
with 3 units, z2 = w2 a1 + b2 and a2 = σ(z2) with 2 units, z3 = w3 a2 + b3 and a3 = σ(z3) with 1 unit; for one example
L = -[y log a3 + (1-y) log(1-a3)], and J is the mean of L over m examples. `at` counts displays from 1.

How they are read: `*` is the element-wise product, × and juxtaposition the matrix product (the notes say so, and reject
an order because "shape doesn't match"), products go from left to right as in NumPy, and a dot multiplies by a number.
a(1-a) is σ′(z), entry by entry. ∂ of a number has the shape of what it is taken by, as their braces say, and ∂a/∂z
above the braces of display 7 is taken entry by entry. The diagonal box is ∂L/∂z2. In sums over the examples everything
that is not a parameter belongs to example i.

Claims whose place begins with "ours:" are not in the notes: ∂L/∂b3, which they leave unfinished, the gradients that
they get wrong or leave out, and updates with a learning rate α. Their own updates have none: these are judged as
printed, for the rate 1.

Not checked:
- display 10, two circles on either side of w2: a sketch (of 3 and 2 units, as the line above it says);
- the striking out of display 11: the remark "shape doesn't match" is checked, it is the verdict on the product;
- the missing index i on a, on L and (displays 13, 19, 20) on y under Σ_i: typography;
- which factors the loose shapes of display 2 and below displays 12, 15, 16 and 17 belong to: taken where they fit.
"""

from gradcheck import (
    abuse_of_notation,
    bits,
    cause,
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
from gradcheck.notation import einsum, log, ones, sigmoid

SOURCE = "001_375e335704064bef.txt"

BRACE = cause("the brace = a3 lies below w3 a2 + b3, which is z3: it belongs below σ(w3 a2 + b3), as in display 21")
UPHILL = cause("the minus of the gradient is lost, and the update goes uphill")
LAYER = cause("w3 is written for w2: the chain through a2 and z2 is that of w2, and z2 does not depend on w3")
COST = cause("∂J is written for ∂L: the cost over m examples has a factor 1/m more")
SHIFTED = cause("-(y - a3) is the product of the first two factors, so the other braces stand one factor too early")
ENTRIES = cause("a3 - y multiplies as a number, and columns entry by entry: they are no matrix products", kind="abuse")
STAR = cause("the star is written for the matrix products of the chain rule, but is element-wise", kind="abuse")
ERROR = cause("the factor a3 - y of ∂L/∂z2 is lost")
ORDER = cause("the box comes before w2ᵀ, which has to multiply it from the left")
SIZE = cause("a1(1 - a1) is a column of 3, not 3×2")
INPUT = cause("the last factor xᵀ is lost, and with it the shape of w1")


def _each(A):
    """The columns of A (k, m) as m matrices (k, 1), for sums over i that say which matrix product they are of."""
    k, m = A.shape
    return A.T.reshape(m, k, 1)


# ---- one example -------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, layers="()")
def one_example():
    n, m = dims("n m")
    x, y = real("x", n, 1), bits("y", 1, 1)
    w1, b1 = real("w1", 3, n), real("b1", 3, 1)
    w2, b2 = real("w2", 2, 3), real("b2", 2, 1)
    w3, b3 = real("w3", 1, 2), real("b3", 1, 1)

    z1 = w1 @ x + b1
    a1 = sigmoid(z1)
    z2 = w2 @ a1 + b2
    a2 = sigmoid(z2)
    z3 = w3 @ a2 + b3
    a3 = sigmoid(z3)
    L = -(y * log(a3) + (1 - y) * log(1 - a3))
    J = (L + real("others")) / m  # of the cost, one example knows what its own a3 does
    s1, s2 = a1 * (1 - a1), a2 * (1 - a2)
    box = gradient(L, z2)

    yield claim(
        gradient(L, w3),
        -(y * gradient(log(sigmoid(w3 @ a2 + b3)), w3) + (1 - y) * gradient(log(1 - sigmoid(w3 @ a2 + b3)), w3)),
        -(y * (1 / a3) * (a3 * (1 - a3)) * a2.T + (1 - y) * (1 / (1 - a3)) * (-1) * (a3 * (1 - a3)) * a2.T),
        -(y * (1 - a3) * a2.T + (1 - y) * (-1) * a3 * a2.T),
        -(y * a2.T - y * a3 * a2.T + y * a3 * a2.T - a3 * a2.T),
        -(y * a2.T - a3 * a2.T),
        -(y - a3) * a2.T,
        at=[
            "display 1, ∂L/∂w3, lines 1-2",
            "display 1, line 3",
            "display 3, line 1",
            "display 3, line 2",
            "display 3, line 3",
            "display 3, box",
        ],
        source_line=[3, 3, 7, 7, 7, 7],
    )
    yield claim(a3, BRACE(w3 @ a2 + b3, sigmoid(w3 @ a2 + b3)), at="display 1, line 1, brace", source_line=3)
    yield claim(a3, BRACE(w3 @ a2 + b3, sigmoid(w3 @ a2 + b3)), at="display 1, line 2, brace", source_line=3)
    yield claim(shape(w3), (1, 2), at="display 2, first shape: w3", source_line=5)
    yield claim(shape(w3 @ a2 + b3), (1, 1), at="display 2, second shape: w3 a2 + b3", source_line=5)
    yield claim(shape(gradient(w3 @ a2 + b3, w3)), (1, 2), at="display 2, third shape: the derivative", source_line=5)

    chain = "ab,bc,cd,de,epq->pq"  # derivatives as matrices, but for the last one, with an axis for z2 and those of w
    yield claim(
        misprint(gradient(L, w3), gradient(L, w2), LAYER),
        einsum(
            chain,
            jacobian(COST(J, L), a3),
            jacobian(a3, z3),
            jacobian(z3, a2),
            jacobian(a2, z2),
            jacobian(z2, LAYER(w3, w2)).reshape(2, *LAYER(w3, w2).shape),
        ),
        at="display 5, ∂L/∂w3",
        source_line=11,
    )
    yield claim(z3, w3 @ a2 + b3, at="display 6, brace", source_line=13)
    yield claim(gradient(w3 @ a2 + b3, w3), a2.T, gradient(z3, w3), at="display 6, left", source_line=13)
    yield claim(
        gradient(L, w3),
        gradient(L, a3) @ gradient(a3, z3) @ gradient(z3, w3),
        -(y - a3) * a2.T,
        at=["display 6, right: chain", "display 6, right: box"],
        source_line=13,
    )

    yield claim(
        misprint(gradient(L, w3), gradient(L, w2), LAYER),
        einsum(
            chain,
            jacobian(COST(J, L), a3),
            jacobian(a3, z3),
            jacobian(z3, a2),
            jacobian(a2, z2),
            jacobian(z2, LAYER(w3, w2)).reshape(2, *LAYER(w3, w2).shape),
        ),
        ENTRIES((a3 - y) @ w3.T @ s2 @ a1.T, (a3 - y) * w3.T * s2 @ a1.T),
        at=["display 7, ∂L/∂w3", "display 8"],
        source_line=[15, 17],
    )
    yield claim(
        misprint(gradient(J, a3), gradient(L, a3), COST),
        SHIFTED(-(y - a3), -(y - a3) / (a3 * (1 - a3))),
        at="display 7, brace 1, ∂J/∂a3",
        source_line=15,
    )
    yield claim(gradient(a3, z3), SHIFTED(w3.T, a3 * (1 - a3)), at="display 7, brace 2, ∂a3/∂z3", source_line=15)
    yield claim(gradient(z3, a2), SHIFTED(s2, w3.T), at="display 7, brace 3, ∂z3/∂a2", source_line=15)
    yield claim(sigmoid.prime(z2), SHIFTED(a1.T, s2), at="display 7, brace 4, ∂a2/∂z2", source_line=15)
    yield claim(
        sigmoid.prime(z2), ENTRIES(a2 @ (1 - a2), a2 * (1 - a2)), at="displays 7-20, a2(1-a2)", source_line=15
    )
    yield claim(
        misprint(jacobian(z2, w3), jacobian(z2, w2)[0, :1], LAYER),  # a unit of z2 by its row of w2
        a1.T,
        at="display 7, brace 5, ∂z2/∂w3",
        source_line=15,
    )

    yield claim(shape(w2), (2, 3), at="below display 9, w2 connects 3 neurons to 2 neurons", source_line=21)
    yield claim(
        gradient(L, w2),
        ENTRIES((a3 - y) @ w3.T * s2 @ a1.T, (a3 - y) * w3.T * s2 @ a1.T),
        w3.T * s2 @ (a3 - y) @ a1.T,
        at=["display 11, ∂L/∂w2", "display 12, ∂L/∂w2"],
        source_line=[25, 31],
    )
    yield claim(shape(a3 - y), (1, 1), at="display 11, brace 1", source_line=25)
    yield claim(shape(w3.T), (2, 1), at="display 11, brace 2", source_line=25)
    yield claim(shape(a2 * (1 - a2)), (2, 1), at="display 11, brace 3", source_line=25)
    yield claim(shape(a1.T), (1, 3), at="display 11, brace 4", source_line=25)
    yield claim(shape(w3.T), (2, 1), at="display 12, brace 1", source_line=31)
    yield claim(shape(a2 * (1 - a2)), (2, 1), at="display 12, brace 2", source_line=31)
    yield claim(shape(a3 - y), (1, 1), at="display 12, brace 3", source_line=31)
    yield claim(shape(a1.T), (1, 3), at="display 12, brace 4", source_line=31)
    yield claim(shape(w3.T * s2 @ (a3 - y) @ a1.T), (2, 3), at="below display 12, the product", source_line=33)

    product = einsum("ja,jpq->pq", gradient(L, z2), jacobian(z2, w2))
    yield claim(
        abuse_of_notation(gradient(L, z2) * jacobian(z2, w2), product, STAR),
        ERROR(w3.T * s2 @ a1.T, w3.T * s2 @ (a3 - y) @ a1.T),
        at="display 14, ∂L/∂z2 * ∂z2/∂w2",
        source_line=37,
    )
    yield claim(shape(w3.T * s2), (2, 1), at="display 14, brace 1", source_line=37)
    yield claim(shape(a1.T), (1, 3), at="display 14, brace 2", source_line=37)

    columns = w2.T * (s1 @ ones(1, 2))  # a1(1 - a1) multiplies every column of w2ᵀ
    error = w3.T * s2 @ (a3 - y)
    product = STAR(w2.T * s1 * w3.T * s2 @ (a3 - y), columns @ error)
    yield claim(
        gradient(L, w1),
        STAR(
            gradient(L, z2) * jacobian(z2, a1) * jacobian(a1, z1) * jacobian(z1, w1),
            einsum("ja,jk,kl,lpq->pq", gradient(L, z2), jacobian(z2, a1), jacobian(a1, z1), jacobian(z1, w1)),
        ),
        STAR(
            ORDER(box * w2.T * s1 * x.T, w2.T * s1 * box * x.T),
            ORDER(box @ columns @ x.T, columns @ box @ x.T),
        ),
        STAR(w2.T * s1 * box * x.T, columns @ box @ x.T),
        INPUT(product, product @ x.T),
        at=["display 15, ∂L/∂w1", "display 16", "display 17", "display 18"],
        source_line=[39, 43, 47, 51],
    )
    yield claim(shape(gradient(L, w1)), (3, n), at="below display 15, ∂L/∂w1", source_line=41)
    yield claim(shape(box), (2, 1), at="display 16, brace 1, the box", source_line=43)
    yield claim(shape(w2.T), (3, 2), at="display 16, brace 2", source_line=43)
    yield claim(
        sigmoid.prime(z1), ENTRIES(a1 @ (1 - a1), a1 * (1 - a1)), at="displays 16-20, a1(1-a1)", source_line=43
    )
    yield claim(shape(s1), SIZE((3, 2), (3, 1)), at="display 16, brace 3", source_line=43)
    yield claim(shape(x.T), (1, n), at="display 16, brace 4", source_line=43)
    # What does not conform has no shape to declare, so these are of what is meant by it.
    yield claim(shape(columns), (3, 2), at="below display 16, w2ᵀ and a1(1-a1)", source_line=45)
    yield claim(shape(columns), (3, 2), at="display 17, brace 1", source_line=47)
    yield claim(shape(box), (2, 1), at="display 17, brace 2, the box", source_line=47)
    yield claim(shape(x.T), (1, n), at="display 17, brace 3", source_line=47)
    yield claim(shape(columns @ box @ x.T), (3, n), at="below display 17, the product", source_line=49)

    yield claim(
        gradient(L, b3),
        -(y * gradient(log(sigmoid(w3 @ a2 + b3)), b3) + (1 - y) * gradient(log(1 - sigmoid(w3 @ a2 + b3)), b3)),
        -(y * (1 / a3) * a3 * (1 - a3) * 1 + (1 - y) * (1 / (1 - a3)) * (-1) * (a3 * (1 - a3)) * 1),
        at=["display 21, ∂L/∂b3, lines 1-2", "display 21, line 3"],
        source_line=[58, 60],
    )
    yield claim(a3, sigmoid(w3 @ a2 + b3), at="display 21, line 1, brace", source_line=58)
    yield claim(a3, sigmoid(w3 @ a2 + b3), at="display 21, line 2, brace", source_line=59)
    yield claim(
        gradient(L, b3),
        -(y * (1 - a3) - (1 - y) * a3),
        -(y - y * a3 - a3 + y * a3),
        -(y - a3),
        at="ours: display 21 continued to its end",
    )

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


# ---- m examples --------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, layers="()")
def m_examples():
    n, m = dims("n m")
    X, Y = real("X", n, m), bits("Y", 1, m)  # the examples are their columns
    w1, b1 = real("w1", 3, n), real("b1", 3, 1)
    w2, b2 = real("w2", 2, 3), real("b2", 2, 1)
    w3, b3 = real("w3", 1, 2), real("b3", 1, 1)

    A1 = sigmoid(w1 @ X + b1 @ ones(1, m))
    A2 = sigmoid(w2 @ A1 + b2 @ ones(1, m))
    A3 = sigmoid(w3 @ A2 + b3)
    J = -(Y @ log(A3).T + (1 - Y) @ log(1 - A3).T) / m

    x, y, a1, a2, a3 = _each(X), _each(Y), _each(A1), _each(A2), _each(A3)
    s1, s2 = a1 * (1 - a1), a2 * (1 - a2)
    losses = -(y * log(a3) + (1 - y) * log(1 - a3))

    yield claim(
        gradient(J, w3),
        gradient(losses.sum() / m, w3),
        -einsum("iab,icb->ac", y - a3, a2) / m,
        at="display 4, ∂J/∂w3",
        source_line=9,
    )
    yield claim(
        w3 - gradient(J, w3),
        w3 - gradient(losses.sum() / m, w3),
        UPHILL(w3 - einsum("iab,icb->ac", y - a3, a2) / m, w3 + einsum("iab,icb->ac", y - a3, a2) / m),
        at=["display 4, update ①, line 1", "display 4, update ①, line 2"],
        source_line=9,
    )

    # Display 9 is of four matrix products; display 13 has a star, and an order in which the shapes match.
    yield claim(
        misprint(w3 - gradient(J, w3), w2 - gradient(J, w2), LAYER),
        LAYER(w3, w2)
        - ENTRIES(
            einsum("iab,bc,icd,ied->ae", a3 - y, w3.T, s2, a1), einsum("iab,cb,icb,idb->cd", a3 - y, w3.T, s2, a1)
        )
        / m,
        at="display 9, update ②",
        source_line=19,
    )
    yield claim(
        gradient(J, w2),
        einsum("ab,iab,ibc,idc->ad", w3.T, s2, a3 - y, a1) / m,
        at="display 13, ∂J/∂w2",
        source_line=35,
    )

    # Factors of an element-wise product share both letters; what is right sums over w2ᵀ's columns, and ends with xᵀ.
    product = STAR(
        einsum("ab,iab,ab,iab,ibc->iac", w2.T, s1, w3.T, s2, a3 - y),
        einsum("ab,iac,bd,ibd,idc->iac", w2.T, s1, w3.T, s2, a3 - y),
    )
    total = INPUT(product.sum(axis=0), einsum("iac,inc->an", product, x))
    yield claim(gradient(J, w1), total / m, at="display 19, ∂J/∂w1", source_line=53)
    yield claim(w1 - gradient(J, w1), w1 - total / m, at="display 20, update ③", source_line=55)

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

"""Neural Networks (Matt R, 2022), section 2: a single hidden layer. Vectors are columns, and so are examples.

Layouts. A differential is `jacobian`: of a number by a column it is a row. A gradient is `gradient`, in the shape of
what it is taken by. A_j^i is the entry in row i (above) and column j (below). Below a bar, above and below change
places: ∂F/∂C_ν^μ is the entry in row ν and column μ, as line 5 of its chain says. The entry μ of a column vector is
[μ, 0]. Sums that are written out and sums over repeated indices are encoded alike.

The generic loss 𝕃(ŷ, y) on R^{s2} × R^{s2} is h(Σ_j ℓ(ŷ_j, y_j)) with unknown h and ℓ: h couples the outputs, but not
every function of two vectors is of this form. Activations are unknown functions (abstract) where nothing else is said.

Definitions, which are the model and no claims: φ^{[1]}(x) and φ^{[2]}(x) where they are introduced (they are claimed
where they are laid out), Φ(A, u, ξ) = A ξ + u, 𝕃_y(ŷ) = 𝕃(ŷ, y).

Not checkable:
- 2: "usually", "too simplistic": words; TR^s → TR^s as maps of tangent bundles: only their values at one vector are.
- 2.2: that the image is all of (0, 1), (-1, 1), [0, ∞): a claim about existence; that the values lie there is checked.
- 2.2: the formula of the leaky ReLU is missing in the text; the one here is ours.
- 2.3: the text ends at "using python below"; no code follows.

Only typography:
- 2 and 2.3, diagrams: z^{[2]} and a^{[2]} for the first components z^{[2]1}, a^{[2]1}.
- 2: φ^{[2]}(x): x is a bound variable there, not the input of the network.
- 2.1: ∂Φ^i / ξ^μ lacks the ∂ below the bar; ∂Φ^i alone has no value, and the line after it has the ∂.
- 2.1: δ^{[2]}_μ and δ^{[1]}_μ for δ^{[2]μ} and δ^{[1]μ}: lowered with the Euclidean metric, the numbers are the same.
- 2.1, summary: C in δ^{[1]} is W^{[2]}, the argument of that name; ∂F/∂W^{[2]} is the derivative by that argument.
- 2.1, cost: δ^{[2]}, δ^{[1]}, a^{[1]}, x without index j are matrices with n columns there, and single columns before.
- 2.3, diagram: the brace of layer 1 ends before a^{[1]}, which no brace covers.
"""

from types import SimpleNamespace

from gradcheck import bits, cause, claim, derivation, dims, gradient, jacobian, real, shape
from gradcheck.notation import (
    abstract,
    einsum,
    exp,
    identity,
    indices,
    leaky_relu,
    maximum,
    relu,
    sigmoid,
    tanh,
    where,
)
from gradcheck.strategies import activations

SOURCE = "004_959847bfc8ffc5eb.txt"

NODES = cause("the nodes of layer 0 stand in a row, and w^T x needs a column", kind="abuse")
BRACE = cause("the brace says layer 2, and a^{[1]} is layer 1")
ONE_OUTPUT = cause("layer 2 has s2 nodes, as in the diagram and from here on, and not one")
BRACKETS = cause("d(𝕃_y ∘ g^{[2]}) has lost its brackets: d𝕃_y after g^{[2]} is taken at a^{[2]}, without g^{[2]}′")
WRONG_LAYER = cause("the error of layer 2 stands for that of layer 1")
COMPONENT = cause("the whole vector stands for its component μ", kind="abuse")
LABEL = cause("F holds one label fixed, and every x_j has its own")

ell, h = abstract("ℓ", 2), abstract("h")


def L(y_hat, y):
    """The loss of every column: a vector with one number for each example."""
    return h(ell(y_hat, y).sum(axis=0))


def Phi(A, u, xi):
    return A @ xi + u


def _network(g1, g2):
    """The forward model for one example."""
    s0, s1, s2 = dims("s0 s1 s2")
    x, y = real("x", s0, 1), real("y", s2, 1)
    W1, b1 = real("W1", s1, s0), real("b1", s1, 1)
    W2, b2 = real("W2", s2, s1), real("b2", s2, 1)
    z1 = W1 @ x + b1
    a1 = g1(z1)
    z2 = W2 @ a1 + b2
    a2 = g2(z2)
    return SimpleNamespace(**locals())


def _lines(place, count):
    return [f"{place}, line {number + 1}" for number in range(count)]


@derivation(source=SOURCE)
def logistic_regression():
    """2 Neural Networks: A Single Hidden Layer."""
    s0, n = dims("s0 n")
    x, y = real("x", s0, n), bits("y", n)
    w, b = real("w", s0, 1), real("b", 1, 1)

    yield claim(shape(x), (s0, n), at="2, training set, x", source_line=321)
    yield claim(shape(y), (n,), at="2, training set, y", source_line=321)

    x = real("x1", s0, 1)  # one example
    z = (w * x).sum() + b
    a = sigmoid(z)

    at = "2, diagram of logistic regression"
    yield claim(shape(x), NODES((1, s0), (s0, 1)), at=f"{at}, [x^1, …, x^{{s0}}]", source_line=323)
    yield claim(shape(z), (1, 1), at=f"{at}, [z]", source_line=323)
    yield claim(shape(a), (1, 1), at=f"{at}, [a]", source_line=323)
    yield claim(z, w.T @ x + b, at="2, z = φ(x)", source_line=327)
    yield claim(a, sigmoid(w.T @ x + b), at="2, a = g(z)", source_line=331)


@derivation(source=SOURCE)
def layers():
    """2 Neural Networks: A Single Hidden Layer."""
    net = _network(abstract("g1"), abstract("g2"))
    s0, s1, s2, x, W1, b1, W2, b2 = net.s0, net.s1, net.s2, net.x, net.W1, net.b1, net.W2, net.b2
    z1, a1, z2, a2 = net.z1, net.a1, net.z2, net.a2

    yield claim(shape(x), (s0, 1), at="2, diagram, x^1 … x^{s0}", source_line=335)
    yield claim(shape(z1), (s1, 1), at="2, diagram, z^{[1]1} … z^{[1]s1}", source_line=335)
    yield claim(shape(a1), (s1, 1), at="2, diagram, a^{[1]1} … a^{[1]s1}", source_line=335)
    yield claim(shape(z2), (s2, 1), at="2, diagram, z^{[2]} … z^{[2]s2}", source_line=335)
    yield claim(shape(a2), (s2, 1), at="2, diagram, a^{[2]} … a^{[2]s2}", source_line=335)
    # A brace "Layer ℓ" says that there are s_ℓ nodes above it.
    yield claim(shape(x), (s0, 1), at="2, diagram, brace under x", source_line=335)
    yield claim(shape(z1), (s1, 1), at="2, diagram, brace under z^{[1]}", source_line=335)
    yield claim(shape(a1), (BRACE(s2, s1), 1), at="2, diagram, brace under a^{[1]}", source_line=335)
    yield claim(shape(z2), (s2, 1), at="2, diagram, brace under z^{[2]}", source_line=335)
    yield claim(shape(a2), (s2, 1), at="2, diagram, brace under a^{[2]}", source_line=335)

    yield claim(shape(x), (s0, 1), at="2, φ^{[1]}: R^{s0} → R^{s1}, domain", source_line=339)
    yield claim(shape(z1), (s1, 1), at="2, φ^{[1]}: R^{s0} → R^{s1}, range", source_line=339)
    yield claim(shape(a1), (s1, 1), at="2, φ^{[2]}: R^{s1} → R, domain", source_line=339)
    yield claim(shape(z2), (ONE_OUTPUT(1, s2), 1), at="2, φ^{[2]}: R^{s1} → R, range", source_line=339)
    yield claim(shape(W1), (s1, s0), at="2, W^{[1]} ∈ R^{s1×s0}", source_line=341)
    yield claim(shape(W2), (ONE_OUTPUT(1, s2), s1), at="2, W^{[2]} ∈ R^{1×s1}", source_line=341)
    yield claim(shape(b1), (s1, 1), at="2, b^{[1]} ∈ R^{s1}", source_line=341)
    yield claim(shape(b2), (ONE_OUTPUT(1, s2), 1), at="2, b^{[2]} ∈ R", source_line=341)
    yield claim(shape(x), (s0, 1), at="2, x is layer-0", source_line=341)
    yield claim(shape(a1), (s1, 1), at="2, a^{[1]} is layer-1", source_line=341)
    yield claim(shape(a2), (s2, 1), at="2, a^{[2]} is layer-2", source_line=341)


@derivation(source=SOURCE, g=activations())
def broadcast(g):
    """2 Neural Networks: A Single Hidden Layer."""
    m, n = dims("m n")
    A = real("A", m, n)
    e = einsum("ip,jq->ijpq", identity(m), identity(n))  # e[i, j] is e_i^j: 1 in row i and column j

    yield claim(shape(g(A)), (m, n), at="Definition 2.1, R^{m×n} → R^{m×n}", source_line=343)
    yield claim(A, einsum("ij,ijpq->pq", A, e), at="Definition 2.1, A = A_j^i e_i^j", source_line=345)
    yield claim(
        g(A),
        g(einsum("ij,ijpq->pq", A, e)),
        einsum("ij,ijpq->pq", g(A), e),
        at=_lines("Definition 2.1", 2),
        source_line=345,
    )
    yield claim(shape(A), (m, n), at="Definition 2.1, A ∈ R^{m×n}", source_line=347)
    yield claim(
        shape(e), (m, n, m, n), at="Definition 2.1, e_i^j, 1 ≤ i ≤ m, 1 ≤ j ≤ n, in R^{m×n}", source_line=347
    )


@derivation(source=SOURCE)
def forward_propagation():
    """2 Neural Networks: A Single Hidden Layer."""
    g1, g2 = abstract("g1"), abstract("g2")
    net = _network(g1, g2)
    s0, s1, s2, x, W1, b1, W2, b2 = net.s0, net.s1, net.s2, net.x, net.W1, net.b1, net.W2, net.b2
    z1, a1, z2, a2 = net.z1, net.a1, net.z2, net.a2
    μ, ν = indices("μ ν")
    v, v1 = real("v", s0, 1), real("v1", s1, 1)  # tangent vectors at x and at a^{[1]}

    def phi1(x):
        return W1 @ x + b1

    def phi2(a):
        return W2 @ a + b2

    yield claim(shape(z1), (s1, 1), at="2, layout, φ^{[1]}: R^{s0} → R^{s1}", source_line=351)
    yield claim(shape(jacobian(z1, x) @ v), (s1, 1), at="2, layout, dφ^{[1]}: TR^{s0} → TR^{s1}", source_line=351)
    yield claim(z1, phi1(x), W1 @ x + b1, at="2, layout, z^{[1]}", source_line=351)
    yield claim(jacobian(z1, x) @ v, W1 @ v, at="2, layout, dφ^{[1]}_x(v)", source_line=351)

    yield claim(shape(a1), (s1, 1), at="2, layout, g^{[1]}: R^{s1} → R^{s1}", source_line=353)
    yield claim(shape(jacobian(a1, z1) @ v1), (s1, 1), at="2, layout, dg^{[1]}: TR^{s1} → TR^{s1}", source_line=353)
    yield claim(a1, g1(z1), at="2, layout, a^{[1]}", source_line=353)
    yield claim(
        jacobian(a1, z1)[μ, ν],
        (μ == ν) * g1.prime(z1[μ, 0]),
        at="2, layout, ∂a^{[1]μ}/∂z^{[1]ν}",
        source_line=353,
    )

    yield claim(shape(z2), (s2, 1), at="2, layout, φ^{[2]}: R^{s1} → R^{s2}", source_line=355)
    yield claim(shape(jacobian(z2, a1) @ v1), (s2, 1), at="2, layout, dφ^{[2]}: TR^{s1} → TR^{s2}", source_line=355)
    yield claim(z2, phi2(a1), W2 @ a1 + b2, at="2, layout, z^{[2]}", source_line=355)
    yield claim(jacobian(z2, a1) @ v1, W2 @ v1, at="2, layout, dφ^{[2]}_{a^{[1]}}(v)", source_line=355)

    yield claim(shape(a2), (s2, 1), at="2, layout, g^{[2]}: R^{s2} → R^{s2}", source_line=357)
    yield claim(shape(jacobian(a2, z2)), (s2, s2), at="2, layout, dg^{[2]}: TR^{s2} → TR^{s2}", source_line=357)
    yield claim(a2, g2(z2), at="2, layout, a^{[2]}", source_line=357)
    yield claim(
        jacobian(a2, z2)[μ, ν],
        (μ == ν) * g2.prime(z2[μ, 0]),
        at="2, layout, ∂a^{[2]μ}/∂z^{[2]ν}",
        source_line=357,
    )

    y_hat = a2
    yield claim(shape(x), (s0, 1), at="2, forward propagation, x ∈ R^{s0}", source_line=359)
    yield claim(shape(y_hat), (s2, 1), at="2, forward propagation, ŷ ∈ R^{s2}", source_line=359)
    yield claim(y_hat, g2(phi2(g1(phi1(x)))), at="2, forward propagation", source_line=361)


@derivation(source=SOURCE)
def affine_map():
    """2 Neural Networks: A Single Hidden Layer."""
    p, q = dims("p q")
    i, j, μ, ν = indices("i j μ ν")
    A, u, ξ = real("A", p, q), real("u", p, 1), real("ξ", q, 1)
    components = ((A[i, j] * ξ[j, 0]).sum(j) + u[i, 0]).array(i)

    yield claim(Phi(A, u, ξ)[i, 0], components[i], at="2.1, Φ in coordinates", source_line=377)
    yield claim(
        jacobian(Phi(A, u, ξ), A)[i, μ, ν],
        jacobian(components, A)[i, μ, ν],
        ((i == μ) * (j == ν) * ξ[j, 0]).sum(j),
        (i == μ) * ξ[ν, 0],
        at=_lines("2.1, ∂Φ/∂A", 3),
        source_line=377,
    )
    yield claim(
        jacobian(Phi(A, u, ξ), u)[i, μ],
        jacobian(components, u)[i, μ],
        (i == μ),
        at=_lines("2.1, ∂Φ/∂u", 2),
        source_line=379,
    )
    yield claim(
        jacobian(Phi(A, u, ξ), ξ)[i, μ],
        jacobian(components, ξ)[i, μ],
        (A[i, j] * (j == μ)).sum(j),
        A[i, μ],
        at=_lines("2.1, ∂Φ/∂ξ", 3),
        source_line=383,
    )


@derivation(source=SOURCE)
def backpropagation():
    """2.1 Backpropagation."""
    s0, s1, s2 = dims("s0 s1 s2")
    C, c = real("C", s2, s1), real("c", s2, 1)
    B, b = real("B", s1, s0), real("b", s1, 1)
    x, y = real("x", s0, 1), real("y", s2, 1)
    g1, g2 = abstract("g1"), abstract("g2")
    i, j, λ, μ, ν, ρ = indices("i j λ μ ν ρ")

    z1 = B @ x + b
    a1 = g1(z1)
    z2 = C @ a1 + c
    a2 = g2(z2)
    F = L(a2, y).sum()  # of the one example
    δ2 = gradient(F, z2)
    δ1 = jacobian(a1, z1).T @ C.T @ δ2

    yield claim(shape(a2), (s2, 1), at="2.1, 𝕃: R^{s2} × R^{s2} → R, first argument", source_line=367)
    yield claim(shape(y), (s2, 1), at="2.1, 𝕃: R^{s2} × R^{s2} → R, second argument", source_line=367)
    yield claim(shape(F), (), at="2.1, 𝕃: R^{s2} × R^{s2} → R, range", source_line=367)
    yield claim(shape(a2), (s2, 1), at="2.1, 𝕃_y: R^{s2} → R, domain", source_line=369)
    yield claim(shape(F), (), at="2.1, 𝕃_y: R^{s2} → R, range", source_line=369)
    yield claim(shape(C), (s2, s1), at="2.1, domain of F, C", source_line=387)
    yield claim(shape(c), (s2, 1), at="2.1, domain of F, c", source_line=387)
    yield claim(shape(B), (s1, s0), at="2.1, domain of F, B", source_line=387)
    yield claim(shape(b), (s1, 1), at="2.1, domain of F, b", source_line=387)
    yield claim(shape(x), (s0, 1), at="2.1, domain of F, x", source_line=387)
    yield claim(shape(F), (), at="2.1, range of F", source_line=387)
    yield claim(F, L(g2(Phi(C, c, g1(Phi(B, b, x)))), y).sum(), at="2.1, F as a composition", source_line=391)

    yield claim(shape(δ2), (s2, 1), at="2.1, δ^{[2]} ∈ R^{s2}", source_line=393)
    yield claim(
        δ2,
        gradient(F, z2),
        jacobian(F, BRACKETS(a2, z2)).T,
        at=_lines("2.1, δ^{[2]}", 2),
        source_line=395,
    )

    components = ((C[j, i] * a1[i, 0]).sum(i) + c[j, 0]).array(j)  # C_i^j a^{[1]i} + c^j
    yield claim(
        gradient(F, C[μ, ν]),
        gradient(L(g2(Phi(C, c, a1)), y).sum(), C[μ, ν]),
        (δ2[j, 0] * jacobian(components, C)[j, μ, ν]).sum(j),
        (δ2[j, 0] * (j == μ) * a1[ν, 0]).sum(j),
        δ2[μ, 0] * a1[ν, 0],
        (a1 @ δ2.T)[ν, μ],
        at=_lines("2.1, ∂F/∂C_ν^μ", 5),
        source_line=range(400, 405),
    )
    yield claim(
        gradient(F, C),
        gradient(F, C[μ, ν]).array(ν, μ).T,  # [∂F/∂C_ν^μ] has row ν and column μ, as in line 5 above
        (δ2[μ, 0] * a1[ν, 0]).array(ν, μ).T,
        δ2 @ a1.T,
        at=_lines("2.1, ∂F/∂C", 3),
        source_line=range(410, 413),
    )
    yield claim(gradient(F, c[μ, 0]), (δ2[j, 0] * (j == μ)).sum(j), at="2.1, ∂F/∂c^μ", source_line=417)
    yield claim(gradient(F, c), δ2, at="2.1, ∂F/∂c", source_line=421)

    yield claim(shape(δ1), (s1, 1), at="2.1, δ^{[1]} ∈ R^{s1}", source_line=423)
    yield claim(gradient(F, z1), δ1, at="ours: 2.1, δ^{[1]} is the gradient with respect to z^{[1]}")
    yield claim(
        δ1[μ, 0],
        (δ2[i, 0] * C[i, j] * g1.prime(z1[j, 0]) * (j == μ)).sum(i, j),
        (δ2[i, 0] * C[i, μ] * g1.prime(z1[μ, 0])).sum(i),
        at=_lines("2.1, δ^{[1]} in coordinates", 2),
        source_line=[430, 431],
    )
    Φ2, Φ1 = jacobian(z2, a1), jacobian(z1, B)  # ∂Φ^j/∂ξ^ρ at a^{[1]}, and ∂Φ^λ/∂B_ν^μ
    yield claim(
        gradient(F, B[μ, ν]),
        gradient(L(g2(Phi(C, c, g1(B @ x + b))), y).sum(), B[μ, ν]),
        (δ2[j, 0] * (Φ2[j, ρ] * (jacobian(a1, z1)[ρ, λ] * Φ1[λ, μ, ν]).sum(λ)).sum(ρ)).sum(j),
        (δ2[j, 0] * (Φ2[j, ρ] * ((λ == ρ) * g1.prime(z1[ρ, 0]) * (λ == μ) * x[ν, 0]).sum(λ)).sum(ρ)).sum(j),
        (δ2[j, 0] * (Φ2[j, ρ] * (ρ == μ) * g1.prime(z1[ρ, 0]) * x[ν, 0]).sum(ρ)).sum(j),
        (δ2[j, 0] * (C[j, ρ] * (ρ == μ) * g1.prime(z1[ρ, 0]) * x[ν, 0]).sum(ρ)).sum(j),
        (δ2[j, 0] * C[j, μ] * g1.prime(z1[μ, 0]) * x[ν, 0]).sum(j),
        δ1[μ, 0] * x[ν, 0],
        (x @ δ1.T)[ν, μ],
        at=_lines("2.1, ∂F/∂B_ν^μ", 8),
        source_line=range(437, 445),
    )
    yield claim(
        gradient(F, B),
        gradient(F, B[μ, ν]).array(ν, μ).T,
        WRONG_LAYER(δ2, δ1) @ x.T,
        at=_lines("2.1, ∂F/∂B", 2),
        source_line=[450, 451],
    )
    yield claim(gradient(F, b[μ, 0]), COMPONENT(δ1, δ1[μ, 0]), at="2.1, ∂F/∂b^μ", source_line=456)


@derivation(source=SOURCE, g1=activations())
def summary(g1):
    """2.1 Backpropagation."""
    net = _network(g1, abstract("g2"))
    x, y, W1, b1, W2, b2 = net.x, net.y, net.W1, net.b1, net.W2, net.b2
    z1, a1, z2, a2 = net.z1, net.a1, net.z2, net.a2
    F = L(a2, y).sum()
    δ2 = jacobian(F, z2).T
    δ1 = jacobian(a1, z1).T @ W2.T @ δ2

    yield claim(gradient(F, W2), δ2 @ a1.T, at="2.1, summary, ∂F/∂W^{[2]}", source_line=461)
    yield claim(gradient(F, b2), δ2, at="2.1, summary, ∂F/∂b^{[2]}", source_line=462)
    yield claim(gradient(F, W1), δ1 @ x.T, at="2.1, summary, ∂F/∂W^{[1]}", source_line=463)
    yield claim(gradient(F, b1), δ1, at="2.1, summary, ∂F/∂b^{[1]}", source_line=464)
    yield claim(gradient(F, z2), jacobian(F, z2).T, at="2.1, summary, δ^{[2]}", source_line=469)
    yield claim(gradient(F, z1), jacobian(a1, z1).T @ W2.T @ δ2, at="2.1, summary, δ^{[1]}", source_line=469)


@derivation(source=SOURCE)
def average():
    """2.1 Backpropagation."""
    s0, s1, s2, n = dims("s0 s1 s2 n")
    x, y = real("x", s0, n), real("y", s2, n)
    W1, b1 = real("W1", s1, s0), real("b1", s1, 1)
    W2, b2 = real("W2", s2, s1), real("b2", s2, 1)
    g1, g2 = abstract("g1"), abstract("g2")

    z1 = W1 @ x + b1
    a1 = g1(z1)
    z2 = W2 @ a1 + b2
    a2 = g2(z2)
    F = L(a2, y)  # F_j is the loss of example j
    J = F.mean()

    # Columns j are δ^{[2]}_j = [d(𝕃_y ∘ g^{[2]})]^T and δ^{[1]}_j = [dg^{[1]}]^T C^T δ^{[2]}_j of example j: of the
    # differentials of all examples by all, those of an example by itself.
    δ2 = einsum("jij->ij", jacobian(F, z2))
    δ1 = einsum("kjmj,ik,ij->mj", jacobian(a1, z1), W2, δ2)

    y_0 = real("y0", s2, 1)  # the one label that F = 𝕃_y ∘ … holds fixed
    yield claim(
        J,
        L(g2(Phi(W2, b2, g1(Phi(W1, b1, x)))), LABEL(y_0, y)).sum() / n,
        at="2.1, 𝕁 as an average",
        source_line=473,
    )
    yield claim(
        gradient(J, W2),
        einsum("ij,kj->ik", δ2, a1) / n,
        δ2 @ a1.T / n,
        at=["2.1, ∂𝕁/∂W^{[2]}, as a sum", "2.1, ∂𝕁/∂W^{[2]}, as a product"],
        source_line=477,
    )
    yield claim(gradient(J, b2), δ2.sum(axis=1, keepdims=True) / n, at="2.1, ∂𝕁/∂b^{[2]}", source_line=477)
    yield claim(
        gradient(J, W1),
        einsum("ij,kj->ik", δ1, x) / n,
        δ1 @ x.T / n,
        at=["2.1, ∂𝕁/∂W^{[1]}, as a sum", "2.1, ∂𝕁/∂W^{[1]}, as a product"],
        source_line=477,
    )
    yield claim(gradient(J, b1), δ1.sum(axis=1, keepdims=True) / n, at="2.1, ∂𝕁/∂b^{[1]}", source_line=477)


@derivation(source=SOURCE)
def activation_functions():
    """2.2 Activation Functions."""
    z = real("z")

    yield claim(sigmoid(z) > 0, 1, at="2.2, σ: R → (0, 1), from below", source_line=483)
    yield claim(sigmoid(z) < 1, 1, at="2.2, σ: R → (0, 1), from above", source_line=483)
    yield claim(sigmoid(z), 1 / (1 + exp(-z)), at="2.2, σ", source_line=483)
    yield claim(tanh(z) > -1, 1, at="2.2, tanh: R → (-1, 1), from below", source_line=487)
    yield claim(tanh(z) < 1, 1, at="2.2, tanh: R → (-1, 1), from above", source_line=487)
    yield claim(tanh(z), (exp(z) - exp(-z)) / (exp(z) + exp(-z)), at="2.2, tanh", source_line=487)
    yield claim(relu(z) >= 0, 1, at="2.2, ReLU: R → [0, ∞)", source_line=491)
    yield claim(relu(z), maximum(0, z), at="2.2, ReLU", source_line=491)
    yield claim(
        leaky_relu(0.01)(z),
        maximum(0.01 * z, z),
        where(z > 0, z, 0.01 * z),
        at="ours: 2.2, leaky ReLU, formula missing in the text",
    )


@derivation(source=SOURCE)
def vectorization():
    """2.3 Vectorization in Python."""
    net = _network(abstract("g1"), abstract("g2"))
    s0, s1, s2, x, z1, a1, z2, a2 = net.s0, net.s1, net.s2, net.x, net.z1, net.a1, net.z2, net.a2
    y_hat = a2

    yield claim(shape(x), (s0, 1), at="2.3, diagram, Layer 0", source_line=499)
    yield claim(shape(z1), (s1, 1), at="2.3, diagram, Layer 1", source_line=499)
    yield claim(shape(a1), (s1, 1), at="2.3, diagram, a^{[1]}", source_line=499)
    yield claim(shape(z2), (s2, 1), at="2.3, diagram, Layer 2, z^{[2]}", source_line=499)
    yield claim(shape(a2), (s2, 1), at="2.3, diagram, Layer 2, a^{[2]}", source_line=499)
    yield claim(shape(y_hat), (s2, 1), at="2.3, diagram, ŷ", source_line=499)

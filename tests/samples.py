"""Derivation files that tests write out."""

SQUARES = """
    from gradcheck import claim, derivation, dims, gradient, misprint, real

    @derivation(source="notes.txt")
    def squares():
        n = dims("n")
        x = real("x", n)
        J = (x * x).sum()
        yield claim(gradient(J, x), 2 * x, x + x, at="eq. 1")
        yield claim(gradient(J, x), misprint(x, 2 * x, "2 is lost"), at="eq. 2")
"""
HALVES = """
    from gradcheck import claim, derivation, dims, gradient, real

    @derivation()
    def halves():
        n = dims("n")
        x = real("x", n)
        J = (x * x).sum()
        yield claim(gradient(J, x), x, at="eq. 3")
"""

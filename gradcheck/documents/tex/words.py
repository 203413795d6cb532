"""The words of LaTeX that formulas of notes are written in, by what they print."""

from collections.abc import Mapping

GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
    "Gamma",
    "Delta",
    "Theta",
    "Lambda",
    "Xi",
    "Pi",
    "Sigma",
    "Phi",
    "Psi",
    "Omega",
]
SAME: Mapping[str, str] = {
    "varepsilon": "varepsilon", "varphi": "varphi", "vartheta": "vartheta", "varrho": "varrho", "varsigma": "varsigma",
    "ell": "ell", "hbar": "hbar", "imath": "imath", "jmath": "jmath", "infty": "infty", "top": "top",
    "intercal": "top", "prime": "prime", "bullet": "bullet", "emptyset": "emptyset", "dagger": "dagger",
}  # fmt: skip
SYMBOLS: Mapping[str, str] = {**{name: name for name in GREEK}, **SAME}
"""Commands that print a letter, by the letter's name."""

LETTERS: Mapping[str, str] = dict(
    zip(
        "αβγδϵζηθικλμνξπρστυϕχψωΓΔΘΛΞΠΣΦΨΩεφϑℓ",
        [*GREEK[:24], *GREEK[24:], "varepsilon", "varphi", "vartheta", "ell"],
        strict=True,
    )
)
"""Letters that are typed as they are."""

WORDS = frozenset(
    [
        "log",
        "ln",
        "exp",
        "sin",
        "cos",
        "tan",
        "tanh",
        "sinh",
        "cosh",
        "arctan",
        "arcsin",
        "arccos",
        "cot",
        "sec",
        "csc",
        "max",
        "min",
        "arg",
        "argmax",
        "argmin",
        "det",
        "dim",
        "lim",
        "sup",
        "inf",
        "ker",
        "Pr",
    ]
)
OPERATORS: Mapping[str, str] = {
    "+": "+", "-": "-", "−": "-", "*": "*", "/": "/", "\\cdot": "cdot", "\\times": "times", "\\odot": "odot",
    "\\circ": "circ", "\\ast": "*", "\\star": "star", "\\otimes": "otimes", "\\oplus": "oplus", "\\pm": "pm",
    "\\mp": "mp", "\\div": "/", "\\wedge": "wedge", "\\forall": "forall", "\\exists": "exists", ",": ",", ";": ";",
    ".": ".", "!": "!", "?": "?", ":": ":", "\\colon": ":", "\\mid": "|", "|": "|", "\\setminus": "setminus",
    "\\cup": "cup", "\\cap": "cap", "⊙": "odot", "·": "cdot", "×": "times", "∘": "circ", "`": "`", '"': '"', "@": "@",
    "\\lor": "lor", "\\land": "land", "\\neg": "neg", "\\bmod": "mod", "\\&": "&", "\\%": "%", "\\#": "#", "\\$": "$",
    "\\_": "_",
}  # fmt: skip
RELATIONS: Mapping[str, str] = {
    "=": "=", ":=": ":=", "\\coloneqq": ":=", "\\triangleq": ":=", "\\equiv": "equiv", "\\in": "in", "\\notin": "notin",
    "\\approx": "approx", "\\simeq": "approx", "\\sim": "sim", "\\propto": "propto", "<": "<", ">": ">", "\\lt": "<",
    "\\gt": ">", "\\le": "<=", "\\leq": "<=", "\\leqslant": "<=", "\\ge": ">=", "\\geq": ">=", "\\geqslant": ">=",
    "\\ne": "!=", "\\neq": "!=", "\\to": "to", "\\rightarrow": "to", "\\longrightarrow": "to", "\\mapsto": "mapsto",
    "\\gets": "gets", "\\leftarrow": "gets", "\\Rightarrow": "implies", "\\implies": "implies", "\\iff": "iff",
    "\\Longrightarrow": "implies", "\\Leftrightarrow": "iff", "\\subset": "subset", "\\subseteq": "subset",
    "\\ll": "<<", "\\gg": ">>", "\\succ": "succ", "\\prec": "prec", "\\succeq": "succeq", "\\preceq": "preceq",
    "\\therefore": "implies", "≈": "approx", "∈": "in", "≤": "<=", "≥": ">=", "≠": "!=", "→": "to", "⇒": "implies",
    "\\cong": "approx", "\\doteq": ":=", "\\perp": "perp", "\\parallel": "parallel",
}  # fmt: skip
DOTS = frozenset(("\\dots", "\\ldots", "\\cdots", "\\vdots", "\\ddots", "\\dotsc", "\\dotsb", "…"))
SPACES: Mapping[str, float] = {
    "\\quad": 1, "\\qquad": 2, "\\,": 1 / 6, "\\:": 2 / 9, "\\;": 5 / 18, "\\!": -1 / 6, "\\ ": 1 / 4, "~": 1 / 4,
    "\\enspace": 1 / 2, "\\thinspace": 1 / 6, "\\medspace": 2 / 9, "\\thickspace": 5 / 18, "\\>": 2 / 9,
}  # fmt: skip
"""Spaces, in em."""
SILENT = frozenset(
    ("\\displaystyle", "\\textstyle", "\\scriptstyle", "\\limits", "\\nolimits", "\\nonumber", "\\notag", "\\hfill",
     "\\noindent", "\\centering", "\\middle", "\\strut", "\\allowbreak", "\\nobreak", "\\small", "\\normalsize",
     "\\checkmark")
)  # fmt: skip
SIZED = frozenset(
    f"\\{name}{side}" for name in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
)  # commands in front of a bracket
SIDES = frozenset(("\\left", "\\right"))
FONTS = frozenset(
    [
        "mathbf",
        "boldsymbol",
        "bm",
        "mathrm",
        "mathit",
        "mathsf",
        "mathtt",
        "mathcal",
        "mathscr",
        "mathbb",
        "mathfrak",
        "textbf",
        "textit",
        "symbf",
        "pmb",
        "bold",
        "rm",
        "bf",
    ]
)
BLACKBOARD = frozenset(("R", "N", "Z"))
"""Letters of sets that most pages have a macro for: \\R is ℝ."""
UPRIGHT = frozenset(("mathrm", "mathsf", "operatorname", "operatorname*", "mathtt", "rm", "textsf"))
TEXTS = frozenset(("text", "textrm", "mbox", "textnormal", "hbox", "intertext", "shortintertext", "textup", "texttt"))
ACCENTS: Mapping[str, str] = {
    "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "bar", "overline": "bar",
    "vec": "vec", "overrightarrow": "vec", "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve",
    "underline": "underline",
}  # fmt: skip
BIG: Mapping[str, str] = {"\\sum": "sum", "\\prod": "prod", "\\int": "int", "\\bigcup": "bigcup", "∑": "sum"}
OPENING: Mapping[str, str] = {
    "(": "(", "[": "[", "\\{": "{", "\\lbrace": "{", "\\lbrack": "[", "\\langle": "⟨", "\\lVert": "‖", "\\lvert": "|",
    "\\lfloor": "⌊", "\\lceil": "⌈", "⟨": "⟨",
}  # fmt: skip
CLOSING: Mapping[str, str] = {
    ")": ")", "]": "]", "\\}": "}", "\\rbrace": "}", "\\rbrack": "]", "\\rangle": "⟩", "\\rVert": "‖", "\\rvert": "|",
    "\\rfloor": "⌋", "\\rceil": "⌉", "⟩": "⟩",
}  # fmt: skip
FENCES: Mapping[str, str] = {"\\|": "‖", "\\Vert": "‖", "‖": "‖", "|": "|", "\\vert": "|"}
"""Signs that open and close alike."""
MATES: Mapping[str, str] = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "‖": "‖", "|": "|", "⌊": "⌋", "⌈": "⌉"}
ALIGNED = frozenset(
    name + star
    for name in ("align", "aligned", "alignat", "alignedat", "gather", "gathered", "split", "equation", "multline",
                 "eqnarray", "flalign", "displaymath", "math", "subequations", "dmath")
    for star in ("", "*")
)  # fmt: skip
MATRICES: Mapping[str, tuple[str, str]] = {
    "matrix": ("", ""), "bmatrix": ("[", "]"), "pmatrix": ("(", ")"), "vmatrix": ("|", "|"), "Vmatrix": ("‖", "‖"),
    "Bmatrix": ("{", "}"), "smallmatrix": ("", ""), "cases": ("{", ""), "dcases": ("{", ""), "array": ("", ""),
    "rcases": ("", "}"),
}  # fmt: skip
"""Environments of cells, and the signs around them."""

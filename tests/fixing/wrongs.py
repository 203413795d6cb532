"""Wrong steps as verification reports them, with their corrections, for modules that nobody judges."""

from gradcheck.fixing.patches import Wrong
from gradcheck.verdicts import ClaimReport, Correction, DerivationReport, Judgement, Search, StepReport, Text, Verdict

HEADER = "from gradcheck import claim, derivation\n@derivation()\ndef f():\n"


def wrong(printed, corrected, line=4, index=0, edits=("a sign",), name="f", target="t"):
    """A step that is wrong, and its correction."""
    found = Correction(Text(corrected, corrected, corrected), tuple(edits), Verdict.PROVED)
    judgement = Judgement(Verdict.REFUTED, "wrong")
    step = StepReport(index, "step", printed, judgement, search=Search((found,)))
    claim = ClaimReport(target, "", line, (step,))
    return Wrong(DerivationReport(name, "", "notes.py", (claim,)), claim, step)


def derivation_of(body, header=HEADER):
    """The content of a module whose derivation says this."""
    return (header + "".join(f"    {line}\n" for line in body.splitlines())).encode()

"""Search for the smallest edits of a wrong formula that make it right."""

from gradcheck.repair.corrections import Corrections as Corrections
from gradcheck.repair.corrections import Proposal as Proposal

"""Graphs as straight-line NumPy programs."""

from gradcheck.programs.program import Program

__all__ = ["Program"]

"""Readers of notes: pages of Markdown and LaTeX become derivations, formula by formula."""

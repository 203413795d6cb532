"""Writes corrections that were found into the modules, as marked misprints."""

"""Pages of notes, given back with what was found of them: in Markdown, and for browsers."""

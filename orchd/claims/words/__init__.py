"""Words: which language, which stem, which mean the same or the opposite."""

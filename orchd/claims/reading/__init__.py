"""Sentences read once: their tokens, clauses, and what of them is denied or said without vouching for it."""

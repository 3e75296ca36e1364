"""Sentences read once: where they end, their tokens, clauses, and what of them is denied."""

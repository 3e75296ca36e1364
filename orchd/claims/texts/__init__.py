"""Whole texts before they are read: what in them cites, greets or announces, and is no claim."""

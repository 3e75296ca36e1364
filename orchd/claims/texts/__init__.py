"""Whole texts before they are read: in one spelling, cut into sentences, without what only cites."""

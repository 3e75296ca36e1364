"""Titles that models give to new conversations, in the background."""

"""Rows of the tables that a conversation on the terminal shows."""

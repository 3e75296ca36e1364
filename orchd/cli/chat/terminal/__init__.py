"""The terminal: its line editor, its keys, and text drawn on it."""

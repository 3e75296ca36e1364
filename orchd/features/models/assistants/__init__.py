"""Assistants: a model with a part to play."""

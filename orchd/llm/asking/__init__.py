"""Asking a model server: the request, one attempt at it, trying again, and trying another model."""

"""Asking a model server: a request, one attempt at it, another model; and a question, asked until it has an answer."""

"""Asking the daemon from within: a tool sends frames as a client does, and nothing is asked that a client may not."""

"""Reaching a daemon: which one, and as whom."""

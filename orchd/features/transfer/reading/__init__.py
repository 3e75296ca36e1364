"""Conversations out of other programs' exports, by their content: pure functions of plain values, for a worker."""

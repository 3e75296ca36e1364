"""Which models there are, as frames show them, and which suit a kind of task."""

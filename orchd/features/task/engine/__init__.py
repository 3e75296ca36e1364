"""Running tasks: who owns them, one run each, and when to wait."""

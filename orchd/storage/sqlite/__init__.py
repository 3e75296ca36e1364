"""SQLite: one writer thread and a few readers."""

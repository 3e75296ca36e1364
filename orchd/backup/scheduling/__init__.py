"""Backups that the daemon makes by itself, each in a process of its own."""

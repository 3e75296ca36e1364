"""The commands that move conversations in files, to a running daemon and from it."""

"""The log of what tasks do, over all tasks that somebody sees: listed, and followed live."""

"""The way to a model server and back: connections, HTTP, events out of bytes. What reads bytes is sans-IO."""

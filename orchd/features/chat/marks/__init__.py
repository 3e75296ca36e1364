"""What people say of messages, and messages that are removed and restored."""

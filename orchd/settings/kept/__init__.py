"""What operators set of what people keep: how much of it, and for how long."""

"""SQL of tasks: what people change, what is listed, and what the runner reads and saves."""

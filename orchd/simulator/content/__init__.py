"""What the simulator says: text, tool calls, values that follow a schema, embeddings."""

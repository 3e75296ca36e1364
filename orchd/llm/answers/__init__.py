"""What a model server answers, read and judged: text, reasoning, tool calls, ends, failures."""

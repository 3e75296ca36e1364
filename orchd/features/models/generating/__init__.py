"""Having models generate without a conversation: completing, comparing, benchmarks, tools."""

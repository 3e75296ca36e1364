"""Who does the work of a task: models that plan, do and join, and what they are told."""

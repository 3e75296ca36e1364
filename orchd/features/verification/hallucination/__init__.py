"""The search for what an answer made up: its claims, each by its sources, its author and judges."""

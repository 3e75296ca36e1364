"""Questions to a model server that a number answers: how likely a first word is, how well texts go together."""

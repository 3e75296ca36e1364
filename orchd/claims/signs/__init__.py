"""Signs that a passage supports a claim or speaks against it, and the score they come to."""

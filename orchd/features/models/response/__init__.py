"""Whether an answer is an answer at all, by rules: `rules` is the door, the others know what to look for."""

"""Working through texts that are too long for one prompt."""

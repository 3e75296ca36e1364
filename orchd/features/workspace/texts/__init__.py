"""Texts that are kept to be sent again, with places in them that variables fill: templates and prompts."""

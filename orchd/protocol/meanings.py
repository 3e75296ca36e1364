"""What members of one name mean wherever they stand, unless a struct says more: the descriptions of the schema."""

MEANINGS: dict[str, str] = {}

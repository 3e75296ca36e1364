"""The wire as a JSON schema, and where it is published."""

"""The frames of people and their answers."""

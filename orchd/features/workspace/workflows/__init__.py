"""Workflows: steps that lead to one another, as records that are checked. Running them comes later."""

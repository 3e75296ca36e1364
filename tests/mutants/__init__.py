"""Mutation testing: each module in the table is changed in one place at a time, and its tests must notice."""

"""Judges: who they are, what they are told, what they say and what that means."""

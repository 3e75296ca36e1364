"""Trials of judges: what a model says of samples whose labels are known, before its approval verifies anything."""

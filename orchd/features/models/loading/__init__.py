"""Loading models: whether there is memory for one, and how far a load is."""

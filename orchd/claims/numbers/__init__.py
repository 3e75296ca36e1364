"""Numbers, units and dates as texts give them, in English and Portuguese."""

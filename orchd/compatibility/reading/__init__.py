"""Schema files as they are read: sound, in branches, and comparable whatever their definitions are called."""

"""The data of frames by what they are about."""

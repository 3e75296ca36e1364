"""The APIs that the simulator speaks."""

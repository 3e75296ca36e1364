"""One answer while it grows: its text, those who follow it, and how its end is stored."""

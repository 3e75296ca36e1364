"""One answer while it grows: its text, its readers, and how its end is stored."""

"""What people think of models."""

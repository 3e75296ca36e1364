"""What a model server is and offers: its kind, its models, their names and what they are for."""

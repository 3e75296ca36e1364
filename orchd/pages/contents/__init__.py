"""Pages that carry what is no page: files, conversations as files, and pictures from elsewhere."""

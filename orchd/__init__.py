"""orchd: a self-hosted daemon that orchestrates AI models."""

__version__ = "0.1.0"

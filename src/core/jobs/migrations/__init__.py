"""Core's own revisions."""

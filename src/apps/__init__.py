"""The apps: what the service does, a folder each."""

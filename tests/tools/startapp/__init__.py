"""Making a new app."""

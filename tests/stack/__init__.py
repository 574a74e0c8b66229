"""The whole service in containers, tried end to end."""

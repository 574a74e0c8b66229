"""Where products and imports rest: the only place that touches the session."""

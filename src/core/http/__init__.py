"""The HTTP door: resources, parsing, problems as answers, health and metrics."""

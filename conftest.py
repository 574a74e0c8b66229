"""Every test may use the fixtures that core ships."""

pytest_plugins = ["core.testing"]

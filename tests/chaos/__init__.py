"""Real processes, broken on purpose under load; afterwards every accepted job is counted."""

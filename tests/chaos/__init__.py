"""Real processes, broken under load; afterwards every accepted job is counted."""

"""What this machine has, what it lacks for which verb, and the command that mends it."""

"""What an environment is, as data, so that two of them can be compared."""

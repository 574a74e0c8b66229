"""The broker: carries hints that a job waits, and nothing that must not be lost."""

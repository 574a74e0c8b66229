"""The tests of the environment's tools."""

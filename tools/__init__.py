"""The tools that keep the ways into this project equal."""

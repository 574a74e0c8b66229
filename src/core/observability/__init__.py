"""Logs, traces and the liveness files of the processes."""

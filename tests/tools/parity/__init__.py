"""Parity from outside: files are changed one at a time, and what it says of each change is compared."""

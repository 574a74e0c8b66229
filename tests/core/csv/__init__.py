"""The reader of CSV files."""

"""The database: engine, column types, pagination and migrations."""

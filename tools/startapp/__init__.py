"""Makes a new app from the files in `template`."""

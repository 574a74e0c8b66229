"""The times of the suite, in seconds: a tenth of those in production."""

LEASE = 3
GRACE = 2
STOP_GRACE = 4
VISIBILITY = 3
# What an end may take in addition on a busy machine.
LATE = 8
PATIENCE = 60

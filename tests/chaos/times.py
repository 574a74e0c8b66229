"""The times of the suite, in seconds: short ones, so that what takes half a minute in production takes three here."""

LEASE = 3
GRACE = 2
STOP_GRACE = 4
VISIBILITY = 3
# Ending takes a moment on a machine that is busy with everything else.
LATE = 4
PATIENCE = 60

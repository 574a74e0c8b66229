"""Every test may use the fixtures that core ships, and start programs that know nothing of the run that starts them."""

import signal

pytest_plugins = ["core.testing", "tests.surroundings"]

# A shell starts what it puts into the background deaf to Ctrl-C, and so all that is started from there.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

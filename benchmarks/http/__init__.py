"""What a request costs in process: instructions under valgrind, or seconds of the processor without it."""

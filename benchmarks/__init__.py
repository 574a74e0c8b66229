"""What things cost, as ratios of one run: seconds of another machine, or of another hour, say little."""

"""Speed beside the real alternatives, measured in one run and printed as ratios. Nothing here is a test."""

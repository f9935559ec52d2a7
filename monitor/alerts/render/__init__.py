"""A message as each channel takes it; pure functions with golden files."""

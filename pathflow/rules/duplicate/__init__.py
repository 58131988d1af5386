"""What is asked for again while it is still valid: the D rules."""

"""Inputs that nobody would write: `make fuzz` runs them for as long as it is told, the tests run those that were kept."""

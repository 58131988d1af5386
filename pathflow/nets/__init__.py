"""Workflow nets: whether everything that starts can end. Knows nothing of paths."""

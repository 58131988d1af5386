"""Editors: the VS Code extension, and what of it is made from the one table of words."""

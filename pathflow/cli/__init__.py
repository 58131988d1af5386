"""The command line: `pathflow check`, `run`, `test`, `graph`, `fmt`, `explain`."""

"""What was probably meant by a value that cannot be read, kind by kind; `wording` asks them in turn."""

"""What editors ask of a file: pure answers in plain data, in places of the text; no protocol and no clock."""

"""Speed, as ratios against a named peer or limit measured in the same run: `make bench`."""

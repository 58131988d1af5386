"""The one ancestor of what pathflow raises about files, paths and logs that cannot be used."""


class PathflowError(Exception):
    """Something that was given cannot be used; its text says what is wrong, and what would mend it, in one line."""

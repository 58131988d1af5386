"""Pages that a browser shows: the preview of a path while it is written. The only web server."""

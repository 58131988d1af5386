"""The engine over what has happened: a log of real events, or a scenario that somebody wrote down."""

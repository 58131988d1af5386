"""The engine in the world. Here: in memory, for one process; clock, ids and storage belong to whoever embeds it."""

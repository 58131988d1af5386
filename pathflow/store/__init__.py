"""Where records are kept: the port, and its adapters for memory, SQLite and PostgreSQL."""

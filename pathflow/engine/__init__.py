"""The pure engine: what a path's promises mean for one client. No clock, no chance, no input or output."""

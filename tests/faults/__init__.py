"""What goes wrong, made to go wrong: every fault that the store and the host must live with, and whether they do."""

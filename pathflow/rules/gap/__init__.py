"""What nobody owes, or what did not happen in time: the G rules."""

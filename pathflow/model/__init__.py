"""What a network and a path mean. Nothing here can be wrong in itself: names are resolved, units agree, lengths make sense."""

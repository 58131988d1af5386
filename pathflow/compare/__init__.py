"""What changed in meaning between two versions of paths and networks: who is responsible for what, by when, with what."""

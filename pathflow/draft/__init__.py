"""A first path from a few answers: what is answered, checked as it comes, and the text that is written from it."""

"""A counterexample as a story: for a finding on a path, the client for whom it comes true, and the shortest way there.

`routes` finds a way on which the finding's aim comes true, `wants` the values that lead a client along it, `driving` lets the
engine go it, fact by fact, and `story` tells it. What is told has happened in the engine: a story that the engine does not
bear out is none.
"""

"""What must hold: one rule a file, with both halves – how it is proved on a compiled path, and how it is watched in a record.

A rule's module is its own page: the docstring holds its name, why, source, a bad and a good example and the fix. Bad and
good are run as tests; `pathflow explain` and the reference print them. A new file in one of the three folders is a new rule:
nothing else has to know of it.
"""

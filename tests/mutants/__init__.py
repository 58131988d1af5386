"""How complete the proofs are: defects of many kinds, planted one at a time into the shipped paths, and which of them are found."""

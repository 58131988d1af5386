"""Who owns the care plan: the O rules."""

"""Text's meaning: syntax → network and path → program. Each pass gives a result and findings, and never raises on what a
user wrote.
"""

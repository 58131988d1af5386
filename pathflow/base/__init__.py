"""Spans, findings, names, lengths of time, calendars. What everything else stands on."""

"""Findings as values: codes, places in text, edits, and the Diagnostic that holds them together."""

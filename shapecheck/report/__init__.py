"""Findings and pages as text, JSON, SARIF and GitHub annotations."""

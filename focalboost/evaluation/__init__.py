"""Measures of how good predicted probabilities of a rare class are."""

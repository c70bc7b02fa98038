"""Segments: what they are, who is in them, and where that is kept."""

"""Memberships: who is in a segment since when, and who was, kept over its evaluations."""

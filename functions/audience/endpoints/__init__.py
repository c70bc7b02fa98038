"""Endpoints and their users: the fields of a row, and how it is merged into the tables."""

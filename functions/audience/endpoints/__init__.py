"""Endpoints and their users: what a row may say, and how it is merged into the tables."""

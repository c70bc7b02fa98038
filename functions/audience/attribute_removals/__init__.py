"""Attribute removals: jobs that take custom attributes off all endpoints of an app, and free their names."""

"""Profiles: users with their endpoints, merged under a policy and shaped as XDM rows."""

"""Profiles: users with their endpoints, merged under a policy and error_body as XDM rows."""

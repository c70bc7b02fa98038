"""The Lambda authorizer of the second REST API: whether a call may be made, and for which tenant."""

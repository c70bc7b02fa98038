"""What each resource of the API does, a router for each kind of resource."""

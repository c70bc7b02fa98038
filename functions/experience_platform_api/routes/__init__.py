"""What each resource of the dialect does, a router for each kind of resource."""

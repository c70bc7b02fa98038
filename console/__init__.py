"""A page to look at: a server on loopback that signs what its own page asks for."""

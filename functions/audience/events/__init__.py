"""Events of endpoints, as PutEvents records them."""

"""Events: what endpoints did and when, as PutEvents records it."""

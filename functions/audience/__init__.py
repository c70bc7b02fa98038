"""The domain: what endpoints, segments and jobs are, and the stores that keep them."""

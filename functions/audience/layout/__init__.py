"""Where everything is kept: the keys of both tables and the prefixes of the bucket, in docs/data-model.md's words."""

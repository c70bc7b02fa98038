"""The laptop: the synthesised template on this machine, without an AWS account and without Docker."""

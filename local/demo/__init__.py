"""`make demo`: the main jobs of the service on this machine, with real files, shown step by step."""

"""Files of records by shard: workers' runs, merged into a file whose shard is one ranged read."""

"""Files of records by shard: runs that workers leave, merged into one file of which a shard is one ranged read."""

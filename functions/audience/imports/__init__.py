"""Import jobs: rows go to the tables, bad rows to the failure file, members to the segment."""

"""The import job: rows to the tables, bad rows to the failure file, members to the segment."""

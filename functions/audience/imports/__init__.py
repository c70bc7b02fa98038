"""The import job: rows of a piece into the tables, bad rows into the failure file, members into the segment."""

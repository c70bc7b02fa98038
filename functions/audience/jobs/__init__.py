"""Jobs: their records, their pieces, and the rules by which their status moves."""

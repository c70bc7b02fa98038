"""`make rehearse`: the real deployment on an independent engine with IAM; `make verify`: the same walk anywhere."""

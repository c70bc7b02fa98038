"""Batches: folders of Parquet or NDJSON files in a dataset, each with a manifest."""

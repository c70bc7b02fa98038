"""The export job: an app's endpoints, or a segment's members, as gzip files of JSON lines."""

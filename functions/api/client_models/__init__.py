"""What stock AWS clients load to know all of this service: extras of botocore's model, waiters, paginators."""

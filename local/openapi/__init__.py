"""The service's own description: OpenAPI 3.1, made from the routes, our request models and botocore's model."""

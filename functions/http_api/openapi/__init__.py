"""The description of an API, OpenAPI 3.1, made from its routes and the models of its requests."""

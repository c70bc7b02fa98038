"""The CDK stack: storage, functions, state machines, APIs, monitoring."""

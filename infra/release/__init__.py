"""A release: a template and its archives that CloudFormation installs by itself, without a clone or the CDK."""

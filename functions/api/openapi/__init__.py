"""The description of this API, made with botocore's model of Amazon Pinpoint."""

"""The one Lambda behind the REST API: Amazon Pinpoint's dialect (contract: API 2016-12-01)."""

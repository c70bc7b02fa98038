"""The query parameters that the lists of Experience Platform's API have in common."""

from http_api.operations import Parameter

START = Parameter("start", "how many to leave out")
LIMIT = Parameter("limit", "how many, 1 to 100")

"""A bucket for every test."""

from collections.abc import Iterator

import pytest

from tests.unit.aws.storage import Storage, empty_bucket


@pytest.fixture
def storage() -> Iterator[Storage]:
    with empty_bucket() as made:
        yield made

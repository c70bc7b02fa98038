"""A place among the records of a file: what is next is taken one by one, or many at once."""

from collections.abc import Iterator, Sequence

from audience.sources.record import Record


class RecordCursor:
    """The records of lists that have not been taken yet, and the position behind the last one that has."""

    def __init__(self, lists: Iterator[Sequence[Record]], position: int) -> None:
        """Keep the lists, none of which is empty, and the position of their first record in the file."""
        self._lists = lists
        self._list: Sequence[Record] = ()
        self._at = 0
        self.position = position

    def next(self) -> Record | None:
        """Take the next record; None after the last."""
        if self._at == len(self._list):
            self._list, self._at = next(self._lists, ()), 0
            if not self._list:
                return None
        record = self._list[self._at]
        self._at += 1
        self.position += record.length
        return record

    def ahead(self, most: int) -> Sequence[Record]:
        """Return the next records of the list that is being taken, up to `most`; none of them is taken."""
        return self._list[self._at : self._at + most]

    def take(self, records: Sequence[Record]) -> None:
        """Take the next records, which `ahead` has returned."""
        self._at += len(records)
        self.position += sum([record.length for record in records])

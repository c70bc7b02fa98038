"""How often an item that was to be inserted is there already: whether to insert is decided by it.

A write whose condition does not hold costs write units all the same, as many as the item there would
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html, "Conditional writes"), and an
insert is such a write. Where it often finds the item there, updating at once is cheaper.
"""

from dataclasses import dataclass, replace
from typing import Self

# Up to this share of the inserts may find the item there: three write units more in a hundred.
MOST_FOUND = 0.03
# So few may do so at any time: of the 25 inserts of one request, one alone says little.
ALWAYS_ALLOWED = 1
# So many inserts count; those before them are forgotten bit by bit, for a file's rows may change.
COUNTED = 1000
# After so many items that were not inserted, one request of 25 looks whether it is still so, for one unit in a hundred.
LOOK_AGAIN = 2500


@dataclass(frozen=True)
class DuplicateShare:
    """The last inserts into a table, and those that found the item there."""

    tried: int = 0
    found: int = 0
    passed_over: int = 0  # items that were not inserted since the share became too high
    looking: bool = False  # whether a request is on its way that looks again

    @property
    def known(self) -> bool:
        """Return whether an insert has been answered."""
        return self.tried > 0

    @property
    def inserts(self) -> bool:
        """Return whether the next items are to be inserted."""
        if self.looking:
            return False
        return not self._high or self.passed_over >= LOOK_AGAIN

    @property
    def _high(self) -> bool:
        return self.found > ALWAYS_ALLOWED + MOST_FOUND * self.tried

    def before(self, items: int) -> Self:
        """Return the share when so many items are about to be inserted, or passed over, as `inserts` says."""
        if not self.inserts:
            return replace(self, passed_over=self.passed_over + items)
        # What was found long ago does not count beside what is found now.
        return replace(self, tried=0, found=0, passed_over=0, looking=True) if self._high else self

    def after(self, tried: int, found: int) -> Self:
        """Return the share when so many inserts were answered, and so many of them had found the item there."""
        old = 0.5 if self.tried + tried > COUNTED else 1
        return replace(
            self,
            tried=int(self.tried * old) + tried,
            found=int(self.found * old) + found,
            looking=False,
        )

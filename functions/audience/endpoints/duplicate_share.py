"""How often an insert is in vain, for the item is there already: whether to insert is decided by it.

A write whose condition does not hold costs write units all the same, as many as the item there would
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html), and an
insert is such a write. Where it often finds the item there, updating at once is cheaper.
"""

from dataclasses import dataclass, replace
from typing import Self

# Up to this share of the inserts may be in vain: three write units more in a hundred.
MOST_IN_VAIN = 0.03
# So few may be at any time: of the 25 inserts of one request, one alone says little.
ALWAYS_ALLOWED = 1
# So many inserts count; those before them are forgotten bit by bit, for a file's rows may change.
COUNTED = 1000
# After so many items that were not inserted, one request of 25 looks whether it is still so, for one unit in a hundred.
LOOK_AGAIN = 2500


@dataclass(frozen=True)
class DuplicateShare:
    """The last inserts into a table, and those of them that were in vain."""

    tried: int = 0
    in_vain: int = 0
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
        return self.in_vain > ALWAYS_ALLOWED + MOST_IN_VAIN * self.tried

    def before(self, items: int) -> Self:
        """Return the share when so many items are about to be inserted, or passed over, as `inserts` says."""
        if not self.inserts:
            return replace(self, passed_over=self.passed_over + items)
        # How it was long ago does not count beside how it is now.
        return replace(self, tried=0, in_vain=0, passed_over=0, looking=True) if self._high else self

    def after(self, tried: int, in_vain: int) -> Self:
        """Return the share when so many inserts were answered, and so many of them were in vain."""
        old = 0.5 if self.tried + tried > COUNTED else 1
        return replace(
            self,
            tried=int(self.tried * old) + tried,
            in_vain=int(self.in_vain * old) + in_vain,
            looking=False,
        )

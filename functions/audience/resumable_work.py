"""Progress of a long piece of work, recorded step by step so that another invocation can go on."""

from collections.abc import Callable

from audience.aws.concatenation import State


class TimeIsUpError(Exception):
    """This invocation has no time for another step.

    What was done is recorded, and the next invocation goes on from there.
    """


class Progress:
    """What was done of one long piece of work; `document` (JSON) is the worker's own."""

    def __init__(self, document: State, save: Callable[[State], None], may_go_on: Callable[[], bool]) -> None:
        """Keep what an earlier invocation recorded, how it is recorded, and whether there is time for more."""
        self.document = document
        self._save = save
        self._may_go_on = may_go_on

    def step(self) -> None:
        """Record the document after a step.

        Raises:
            TimeIsUpError: there is no time for another step.
        """
        self._save(self.document)
        if not self._may_go_on():
            raise TimeIsUpError

"""Named errors. The class name is what a state machine's Retry and Catch match."""


class PlainError(Exception):
    """An error whose message is our own words: fields, values, names, never the text of somebody's answer."""


class RetryableError(PlainError):
    """An error that may not come up again: a throttled table, a cut connection.

    A step ends with it as a TransientError.
    """


class TransientError(RetryableError):
    """What a step ends with when it may work the next time.

    State machines retry it by this name, for long.
    """


class UnexpectedError(PlainError):
    """What a step ends with when nobody foresaw it. State machines retry it by this name, a few times."""


class PermanentError(PlainError):
    """It will not work the next time either. The message is shown to the job's owner as the reason."""


class SourceUnreadableError(PermanentError):
    """The customer's bucket or object refuses to be read: missing, forbidden, or not what it claims to be."""


class SourceChangedError(PermanentError):
    """The object is not the one the plan was made for: its ETag changed, or it was deleted."""


class SourceInterruptedError(RetryableError):
    """The object's stream broke more often than a worker puts up with."""


class RoleNotAssumableError(PermanentError):
    """The customer's role does not let the service's worker role assume it."""


class RoleOpenError(RoleNotAssumableError):
    """The customer's role can be assumed with any ExternalId.

    It may belong to somebody who meant something else.
    """


class TableThrottledError(RetryableError):
    """The table kept refusing writes for capacity after the writer's own retries."""


class DestinationUnwritableError(PermanentError):
    """The customer's bucket refuses to be written to."""


class JobNotFoundError(PermanentError):
    """There is no record of the job that an execution names."""


class JobExistsError(PermanentError):
    """There is a job of that key already."""


class PlanGoneError(PermanentError):
    """The job was planned so long ago that its piece list is not kept any more."""


class PieceOvertakenError(PermanentError):
    """Another run of the same piece has already recorded this interval."""


class MissingSettingError(PermanentError):
    """An environment variable that the function needs is not set."""

"""Named errors; a state machine's Retry and Catch match the class names."""


class PlainError(Exception):
    """An error whose message is our own: fields, values and names, never the text of an AWS answer."""


class RetryableError(PlainError):
    """An error that a retry may get past; a step raises it as a TransientError."""


class TransientError(RetryableError):
    """The error of a step that a retry may get past; state machines retry it many times."""


class UnexpectedError(PlainError):
    """The error of a step for any other error; state machines retry it a few times."""


class PermanentError(PlainError):
    """An error that no retry gets past; its message is shown to the job's owner as the reason."""


class SourceUnreadableError(PermanentError):
    """The customer's bucket or object is missing, forbidden, or not in the expected format."""


class SourceNotOfFormatError(SourceUnreadableError):
    """The object cannot be a file of the job's format, as its beginning shows; it is passed over as a whole."""


class SourceDamagedError(SourceUnreadableError):
    """The object is gzip that cannot be decompressed to its end."""


class SourceChangedError(PermanentError):
    """The object was changed or deleted after the plan was made."""


class SourceInterruptedError(RetryableError):
    """The object's stream broke more often than a worker retries."""


class RoleNotAssumableError(PermanentError):
    """The service's worker role may not assume the customer's role."""


class RoleOpenError(RoleNotAssumableError):
    """The customer's role can be assumed with any ExternalId: it may be meant for another purpose."""


class TableThrottledError(RetryableError):
    """The table still throttled after the client's own retries."""


class DestinationUnwritableError(PermanentError):
    """The customer's bucket cannot be written to."""


class JobNotFoundError(PermanentError):
    """There is no record of the job that an execution names."""


class JobExistsError(PermanentError):
    """There is a job of that key already."""


class SegmentUnusableError(PermanentError):
    """A segment cannot be evaluated: it, or one it is built on, was deleted or is built on itself."""


class PlanGoneError(PermanentError):
    """The job's piece list has expired; it was planned too long ago."""


class SurveyIncompleteError(PermanentError):
    """A range of a file was not surveyed, however often that was tried."""


class PieceOvertakenError(PermanentError):
    """Another worker of the same piece has already recorded this interval."""


class MissingSettingError(PermanentError):
    """An environment variable that the function needs is not set."""

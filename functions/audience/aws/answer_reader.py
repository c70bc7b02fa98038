"""The reader of HTTP/1.1 answers on one connection, over httptools; it does not care how their bytes come."""

from http.client import BadStatusLine

import httptools

_FIRST_FINAL_STATUS = 200


class AnswerReader:
    """The reader of a connection's answers, one after the other; httptools calls its `on_` methods."""

    def __init__(self) -> None:
        """Begin a connection: nothing was received, and no answer is waited for."""
        self._parser = httptools.HttpResponseParser(self)
        self._parts: list[bytes] = []
        self.begun = False
        self.done = True
        self.status = 0
        self.kept = True  # whether the connection can carry another request

    def expect(self) -> None:
        """Begin to wait for an answer."""
        self._parts = []
        self.begun = self.done = False

    def feed(self, received: bytes) -> None:
        """Take what was received; raises BadStatusLine if it is not HTTP."""
        self.begun = True
        try:
            self._parser.feed_data(received)
        except httptools.HttpParserError:
            # Its text may quote the answer. What follows a whole answer is not the caller's: the connection ends there.
            if not self.done:
                raise BadStatusLine("not HTTP") from None
            self.kept = False

    def body(self) -> bytes:
        """Return the body of the answer."""
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def on_message_begin(self) -> None:
        """Note an answer that nobody asked for: it must not be taken for the next request's."""
        if self.done:
            self.kept = False

    def on_body(self, part: bytes) -> None:
        """Keep a part of the body."""
        if not self.done:
            self._parts.append(part)

    def on_message_complete(self) -> None:
        """Note the end of the answer, unless it is an informational one, before the real one."""
        if not self.done and self._parser.get_status_code() >= _FIRST_FINAL_STATUS:
            self.status = self._parser.get_status_code()
            self.kept = self._parser.should_keep_alive()
            self.done = True

"""Listening sockets, opened before anything slow is started, so that a port in use is reported at once."""

import socket


class PortTakenError(Exception):
    """Something else already listens on the port."""

    def __init__(self, port: int, variable: str) -> None:
        """Name the port and the environment variable that chooses another one."""
        super().__init__(f"port {port} is taken by another program: choose one with {variable}=<port>")


def listen(port: int, variable: str) -> socket.socket:
    """Open a socket that listens on the loopback interface only; port 0 chooses a free port.

    Raises:
        PortTakenError: the port is in use, on any address that `localhost` stands for.
    """
    if port and _answers(port):
        raise PortTakenError(port, variable)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise PortTakenError(port, variable) from error
    listener.listen(128)
    return listener


def url(listener: socket.socket) -> str:
    """Return the URL of the server behind the socket."""
    return f"http://localhost:{listener.getsockname()[1]}"


def _answers(port: int) -> bool:
    # macOS lets us bind beside a program that listens on all addresses (AirPlay on 5000); clients would reach that.
    try:
        socket.create_connection(("localhost", port), timeout=0.5).close()
    except OSError:
        return False
    return True

"""Ports are taken at once, or refused with the name of the variable to change."""

import pytest

from local.ports import PortTakenError, listen, url


def test_port_zero_chooses_a_free_port() -> None:
    with listen(0, "API_PORT") as listener:
        assert url(listener) == f"http://localhost:{listener.getsockname()[1]}"
        assert listener.getsockname()[1] > 0


def test_a_port_in_use_is_refused_with_the_variable_that_chooses_another() -> None:
    with listen(0, "API_PORT") as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"port {port} .* AWS_PORT"):
            listen(port, "AWS_PORT")

"""The laptop's token issuer works with OpenID Connect discovery."""

from collections.abc import Iterator

import jwt
import pytest
import requests

from local.issuer import Issuer
from local.ports import listen


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer(listen(0, "ISSUER_PORT"))
    made.server.start()
    yield made
    made.server.stop()


def test_a_token_is_verified_with_the_keys_that_the_configuration_names(issuer: Issuer) -> None:
    described = requests.get(f"{issuer.url}/.well-known/openid-configuration", timeout=20).json()
    assert described["issuer"] == issuer.url
    form = {"grant_type": "client_credentials", "client_id": "crm", "client_secret": "any", "scope": "openid"}
    granted = requests.post(described["token_endpoint"], data=form, timeout=20).json()
    key = jwt.PyJWKClient(described["jwks_uri"]).get_signing_key_from_jwt(granted["access_token"])
    claims = jwt.decode(
        granted["access_token"], key.key, ["RS256"], audience="segment-jobs", issuer=issuer.url
    )
    assert (claims["client_id"], claims["sub"], claims["scope"]) == ("crm", "crm", "openid")
    assert claims["exp"] - claims["iat"] == granted["expires_in"] == 86399
    assert claims["jti"]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password", "client_id": "crm"}, "unsupported_grant_type"),
        ({"client_id": "crm"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "invalid_client"),
    ],
)
def test_other_grant_types_and_a_missing_client_id_are_refused(
    issuer: Issuer, form: dict[str, str], error: str
) -> None:
    answer = requests.post(f"{issuer.url}/ims/token/v2", data=form, timeout=20)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_404(issuer: Issuer, method: str) -> None:
    assert requests.request(method, f"{issuer.url}/nothing", timeout=20).status_code == 404

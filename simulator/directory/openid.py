"""What clients read about the tenant before they ask it for a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.messages import Answer, ArmRequest
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure


def configuration(azure: Azure, request: ArmRequest) -> Answer:
    """The OpenID Connect discovery document."""
    authority = f"{request.base}/{request['tenant']}"
    return Answer(
        body={
            "issuer": f"{authority}/v2.0",
            "token_endpoint": f"{authority}/oauth2/v2.0/token",
            "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{authority}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{authority}/discovery/v2.0/keys",
            "response_types_supported": ["code", "id_token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
    )


def instance_discovery(azure: Azure, request: ArmRequest) -> Answer:
    """Which authorities are one: this one alone."""
    tenant = f"{request.base}/{azure.world.tenant}/v2.0/.well-known/openid-configuration"
    return Answer(body={"tenant_discovery_endpoint": tenant, "api-version": "1.1", "metadata": []})


ROUTES = (
    route("GET", "/{tenant}/v2.0/.well-known/openid-configuration", configuration),
    route("GET", "/{tenant}/.well-known/openid-configuration", configuration),
    route("GET", "/common/discovery/instance", instance_discovery),
)

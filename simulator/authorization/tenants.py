"""Subscriptions of other tenants: no token of this tenant opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import ArmError
from simulator.resource_id import subscription_of

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.messages import ArmRequest


def refuse_other_tenant(azure: Azure, request: ArmRequest) -> None:
    """Refuse a request into a subscription of another tenant (Azure/pcs-cli#357, Azure/LogicAppsUX#9068)."""
    tenant = azure.tenants.get((subscription_of(request.path) or "").lower())
    if tenant is None:
        return
    authority = f"https://login.windows.net/{tenant}"
    raise ArmError(
        401,
        "InvalidAuthenticationTokenTenant",
        f"The access token is from the wrong issuer 'https://sts.windows.net/{azure.world.tenant}/'. It must match "
        f"the tenant 'https://sts.windows.net/{tenant}/' associated with this subscription. Please use the authority "
        f"(URL) '{authority}' to get the token. Note, if the subscription is transferred to another tenant there is "
        "no impact to the services, but information about new tenant could take time to propagate (up to an hour). "
        "If you just transferred your subscription and see this error message, please try back later.",
        flat=False,
        headers={
            "x-ms-failure-cause": "gateway",
            "WWW-Authenticate": f'Bearer authorization_uri="{authority}", error="invalid_token", '
            'error_description="The access token is from the wrong issuer."',
        },
    )

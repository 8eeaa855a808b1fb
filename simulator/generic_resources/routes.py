"""/subscriptions/{subscription}/resources: what there is, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.generic_resources.entries import entries_of
from simulator.generic_resources.filters import fitting
from simulator.messages import Answer, ArmRequest, listed
from simulator.routing import route

if TYPE_CHECKING:
    from simulator.azure import Azure


def list_resources(azure: Azure, request: ArmRequest) -> Answer:
    """The resources of a subscription; `az aks update --attach-acr NAME` looks for registries among them."""
    scope = f"/subscriptions/{azure.require_subscription(request['subscription']).id}"
    return listed(fitting(entries_of(azure, scope), request.query.get("$filter", "")))


ROUTES = (route("GET", "/subscriptions/{subscription}/resources", list_resources),)

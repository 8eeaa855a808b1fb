"""What a plan can't do without, and the runner may not read: that cluster waits for a person, and no other."""

from fleet_identity.errors import NeedsHumanError
from fleet_identity.findings import Code, Finding, blocks

_OF_THE_RUNNER = frozenset(
    {"", "HTTP 401", "ExpiredAuthenticationToken", "InvalidAuthenticationToken", "InvalidAuthenticationTokenTenant"}
)
"""Codes of errors that every cluster would meet: nothing of it is Azure's word on one resource."""


def concerns_one(refused: NeedsHumanError) -> bool:
    """Whether a refusal tells of something that one cluster uses, and not of who we are signed in as."""
    return refused.code not in _OF_THE_RUNNER


def unreadable(refused: NeedsHumanError) -> Finding:
    """Tell Azure's refusal, which names the resource and the action, as a finding of the cluster that needs it."""
    return blocks(
        Code.UNREADABLE,
        refused.message,
        "There is no plan without it: let the runner read it (`python -m deployments.azure_role`), and run again.",
    )

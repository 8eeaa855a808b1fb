"""What pydantic finds wrong, in our words: `option: sentence`, or the name of the setting and what it must be."""

import re
from typing import Any

from pydantic import ValidationError

from fleet_identity.settings import Settings
from fleet_identity.target import Target

_NAME = "a name with {cluster} in it, of letters, digits, - and _, with at most 128 characters"
_RESOURCE = "/subscriptions/ID/resourceGroups/GROUP/providers"
_IDENTITY = f"the id of an identity ({_RESOURCE}/Microsoft.ManagedIdentity/userAssignedIdentities/NAME)"
_AMOUNT = "a whole number or a percentage such as 5%, at most 100%"
_GUID = "a GUID, such as 6a2a5c1e-0b1d-4c53-9a4e-0d5d2f6f1a01"

_ASKED: dict[str, dict[str, tuple[str, str]]] = {
    "Scope": {
        "subscriptions": ("--subscription", f"a subscription id ({_GUID})"),
        "tags": ("--tag", "name=value, or a name"),
    },
    "Group": {
        "max_concurrency": ("--max-concurrency", _AMOUNT),
        "max_allowed_failures": ("--max-allowed-failures", _AMOUNT),
    },
    "Target": {
        "identity_name": ("--identity-name", _NAME),
        "identity_id": ("--identity-id", _IDENTITY),
        "identity_tags": ("--identity-tag", "name=value"),
        "kubelet_identity_name": ("--kubelet-identity-name", _NAME),
        "kubelet_identity_id": ("--kubelet-identity-id", _IDENTITY),
        "registries": (
            "--registry",
            f"the id of a registry ({_RESOURCE}/Microsoft.ContainerRegistry/registries/NAME)",
        ),
        "minimum_grant_age_minutes": ("--grant-age", "a number of minutes from 0 to 1440"),
    },
    "ExtraRole": {
        "principal": ("--extra-role", "control_plane, kubelet or the name of an add-on"),
        "role": ("--extra-role", "the name or GUID of a role"),
        "scope": ("--extra-role", "a resource id that begins with /subscriptions/"),
    },
    "KnownPrincipal": {
        "client_id": ("--service-principal", "a client id; it takes CLIENT_ID=OBJECT_ID, both of them GUIDs"),
        "object_id": ("--service-principal", "an object id; it takes CLIENT_ID=OBJECT_ID, both of them GUIDs"),
    },
    "NewCluster": {
        "id": ("--cluster", f"the id of a cluster ({_RESOURCE}/Microsoft.ContainerService/managedClusters/NAME)"),
        "kubernetes_version": ("--kubernetes-version", "a version such as 1.34 or 1.34.2"),
    },
    "NewPool": {
        "count": ("--nodes", "a whole number from 1 to 1000"),
        "subnet": ("--subnet", f"the id of a subnet ({_RESOURCE}/Microsoft.Network/virtualNetworks/NAME/subnets/NAME)"),
    },
}
"""Of each model and field: the option that fills it, and what it takes."""


def sentence_of(error: ValidationError) -> str:
    """Say what is wrong first, as the person wrote it."""
    first: Any = error.errors()[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    if error.title == Settings.__name__ and field in Settings.model_fields:
        return f"FLEET_IDENTITY_{field.upper()} must be {Settings.model_fields[field].description}."
    if option := _ASKED.get(error.title, {}).get(field):
        return f"{option[0]}: {first['input']!r} is not {option[1]}."
    told = _in_options(first["msg"].removeprefix("Value error, "))
    return f"{field}: {told}." if field else f"{told[:1].upper()}{told[1:]}."


def _in_options(sentence: str) -> str:
    """Name options as the terminal does, where a model names its fields."""
    for field in Target.model_fields:
        sentence = re.sub(rf"\b{field}:", f"--{field.replace('_', '-')}", sentence)
        if "_" in field:
            sentence = re.sub(rf"\b{field}\b", f"--{field.replace('_', '-')}", sentence)
    return sentence.replace(" says system_assigned", " is system_assigned")

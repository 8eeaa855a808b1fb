"""Walks a JSON document along the SDK's models and says where it does not fit.

Deserialising hides misfits: hybrid models keep unknown keys, and wrong types stay as they are.
"""

from __future__ import annotations

import enum
import functools
import importlib
import re
import types
import typing
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from azure.mgmt.authorization.v2022_04_01 import models as authorization
from azure.mgmt.containerregistry import models as registries
from azure.mgmt.containerservice import models as aks
from azure.mgmt.msi.v2024_11_30 import models as msi
from azure.mgmt.resource.locks import models as locks

if TYPE_CHECKING:
    from collections.abc import Iterator

ALLOWED = frozenset(
    {
        # recordings of Azure CLI test traffic; clients send it back as they read it
        ("managedClusters.properties.networkProfile.loadBalancerSku", "'Standard' is no LoadBalancerSku"),
    }
)
"""Deviations that recordings of real Azure show as well: paths without indexes, and what is wrong there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which model the answers of a path must fit."""

    path: re.Pattern[str]
    model: type
    is_list: bool = False


def _shape(path: str, model: Any, *, is_list: bool = False) -> Shape:
    return Shape(path=re.compile(f"/providers/Microsoft.{path}/?$", re.IGNORECASE), model=model, is_list=is_list)


SHAPES = (
    _shape("ContainerService/managedClusters", aks.ManagedCluster, is_list=True),
    _shape("ContainerService/managedClusters/[^/]+", aks.ManagedCluster),
    _shape("ContainerService/managedClusters/[^/]+/agentPools", aks.AgentPool, is_list=True),
    _shape("ContainerService/managedClusters/[^/]+/agentPools/[^/]+(/upgradeNodeImageVersion)?", aks.AgentPool),
    _shape("ContainerService/managedClusters/[^/]+/(runCommand|commandResults/[^/]+)", aks.RunCommandResult),
    _shape(
        "ContainerService/managedClusters/[^/]+/agentPools/[^/]+/upgradeProfiles/default",
        aks.AgentPoolUpgradeProfile,
    ),
    _shape(
        "ContainerService/managedClusters/[^/]+/maintenanceConfigurations", aks.MaintenanceConfiguration, is_list=True
    ),
    _shape("ContainerService/managedClusters/[^/]+/maintenanceConfigurations/[^/]+", aks.MaintenanceConfiguration),
    _shape("ManagedIdentity/userAssignedIdentities", msi.Identity, is_list=True),
    _shape("ManagedIdentity/userAssignedIdentities/[^/]+", msi.Identity),
    _shape(
        "ManagedIdentity/userAssignedIdentities/[^/]+/federatedIdentityCredentials",
        msi.FederatedIdentityCredential,
        is_list=True,
    ),
    _shape("Authorization/roleAssignments", authorization.RoleAssignment, is_list=True),
    _shape("Authorization/roleAssignments/[^/]+", authorization.RoleAssignment),
    _shape("Authorization/roleDefinitions", authorization.RoleDefinition, is_list=True),
    _shape("Authorization/roleDefinitions/[^/]+", authorization.RoleDefinition),
    _shape("Authorization/locks", locks.ManagementLockObject, is_list=True),
    _shape("ContainerRegistry/registries", registries.Registry, is_list=True),
    _shape("ContainerRegistry/registries/[^/]+", registries.Registry),
)


def misfits(path: str, document: Any, *, newer: frozenset[str] = frozenset()) -> list[str]:
    """Where an answer does not fit the SDK's model; `newer` are properties that a world adds on purpose."""
    shape = shape_of(path)
    if shape is None or document is None:
        return []
    root = path.rstrip("/").rpartition("/providers/")[2].split("/")[1]
    bodies = document["value"] if shape.is_list else [document]
    found = [problem for body in bodies for problem in walk(body, shape.model, root)]
    allowed = {f"{root}.properties.{name}" for name in newer}
    return [f"{where}: {what}" for where, what in found if where not in allowed and (where, what) not in ALLOWED]


def shape_of(path: str) -> Shape | None:
    """What the answers of a path must fit; None where no SDK has a model of them."""
    return next((shape for shape in SHAPES if shape.path.search(path)), None)


def walk(value: Any, kind: Any, path: str) -> Iterator[tuple[str, str]]:
    """The places where a value does not fit a type or model, and what is wrong there."""
    if value is None:
        return
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        yield from _union(value, [argument for argument in arguments if argument is not type(None)], path)
    elif origin is list:
        yield from _items(value, arguments[0], path)
    elif origin is dict:
        yield from _values(value, arguments[1], path)
    elif isinstance(kind, dict):
        yield from _model(value, kind, path)
    elif isinstance(kind, type):
        yield from _plain(value, kind, path)


def _plain(value: Any, kind: type, path: str) -> Iterator[tuple[str, str]]:
    if issubclass(kind, enum.Enum):
        if value not in {member.value for member in kind}:
            yield path, f"{value!r} is no {kind.__name__}"
    elif fields := _fields(kind):
        yield from _model(value, fields, path)
    elif kind is datetime:
        if not (isinstance(value, str) and re.match(r"^\d{4}-\d\d-\d\dT[\d:.]+Z$", value)):
            yield path, f"{value!r} is no timestamp"
    elif kind is date:
        if not (isinstance(value, str) and re.match(r"^\d{4}-\d\d-\d\d$", value)):
            yield path, f"{value!r} is no date"
    elif kind in {str, bool, int, float}:
        fits = isinstance(value, (int, float) if kind is float else kind)
        if not fits or (isinstance(value, bool) and kind is not bool):
            yield path, f"{value!r} is no {kind.__name__}"


def _union(value: Any, kinds: list[Any], path: str) -> Iterator[tuple[str, str]]:
    """Enums are declared as `str | Enum`: the enum decides; otherwise one fit is enough."""
    decisive = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, enum.Enum)] or kinds
    attempts = [list(walk(value, kind, path)) for kind in decisive]
    if all(attempts):
        yield from attempts[0]


def _items(value: Any, kind: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, list):
        yield path, f"{value!r} is no list"
        return
    for item in value:
        yield from walk(item, kind, path)


def _values(value: Any, kind: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield path, f"{value!r} is no object"
        return
    for name, item in value.items():
        yield from walk(item, kind, f"{path}.{name}")


def _model(value: Any, fields: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield path, f"{value!r} is no object"
        return
    for name, item in value.items():
        if name not in fields:
            yield f"{path}.{name}", "the model has no such property"
        else:
            yield from walk(item, fields[name], f"{path}.{name}")


@functools.cache
def _fields(model: type) -> dict[str, Any]:
    """The properties of a model by their names on the wire; empty for what is no model."""
    if issubclass(model, MutableMapping) and model is not dict:
        return _hybrid_fields(model)
    if hasattr(model, "_attribute_map"):
        return _msrest_fields(model)
    return {}


def _hybrid_fields(model: Any) -> dict[str, Any]:
    """Of a model that is a mapping; the SDK fills its map when a first object is made."""
    model.__new__(model)
    annotations: dict[str, Any] = {}
    for base in reversed(model.__mro__):
        annotations |= vars(base).get("__annotations__", {})
    wanted = {name: annotations[name] for name in model._attr_to_rest_field}  # noqa: SLF001
    holder = types.SimpleNamespace(__annotations__=wanted)
    kinds = typing.get_type_hints(holder, {**vars(_module(model)), "_models": _models_of(model)})
    return {field._rest_name: kinds[name] for name, field in model._attr_to_rest_field.items()}  # noqa: SLF001


def _msrest_fields(model: Any) -> dict[str, Any]:
    """Of an older model, whose map flattens `properties`: the nesting is made again."""
    fields: dict[str, Any] = {}
    for attribute_name, attribute in model._attribute_map.items():  # noqa: SLF001
        *outer, name = re.split(r"(?<!\\)\.", attribute["key"])
        level = fields
        for step in outer:
            level = level.setdefault(step, {})
        level[name] = _enum_of(model, attribute_name) or _msrest_kind(attribute["type"], _models_of(model))
    return fields


def _enum_of(model: Any, attribute: str) -> type | None:
    """The enumeration of an attribute: only the constructor tells of it, the map says `str`."""
    written = str(model.__init__.__annotations__.get(attribute, ""))
    found = re.search(r"Union\[str, .*?_models\.(\w+)", written)
    kind = getattr(_models_of(model), found[1], None) if found else None
    return kind if isinstance(kind, type) and issubclass(kind, enum.Enum) else None


def _msrest_kind(written: str, models: types.ModuleType) -> Any:
    if written.startswith("["):
        return list[_msrest_kind(written[1:-1], models)]
    if written.startswith("{"):
        return dict[str, _msrest_kind(written[1:-1], models)]
    plain = {"str": str, "bool": bool, "int": int, "float": float, "iso-8601": datetime}
    return plain.get(written) or getattr(models, written, Any)


def _models_of(model: type) -> types.ModuleType:
    package = model.__module__.rpartition(".models")[0]
    return importlib.import_module(f"{package}.models")


def _module(model: type) -> types.ModuleType:
    return importlib.import_module(model.__module__)

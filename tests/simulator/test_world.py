"""Worlds: the example shows every key, and a wrong world is told in one sentence for each problem."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel

from simulator import EXAMPLE, World, WorldError, load_world
from tests.worlds import cluster, one_cluster, pool


def keys_of(model: type[BaseModel], path: str = "") -> set[str]:
    """All keys that a world may have, as paths without indexes."""
    found = set[str]()
    for name, field in model.model_fields.items():
        found.add(f"{path}{name}")
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                found |= keys_of(part, f"{path}{name}.")
    return found


def keys_in(document: Any, path: str = "") -> set[str]:
    """All keys that a document has, as paths without indexes."""
    if isinstance(document, list):
        return {key for item in document for key in keys_in(item, path)}
    if not isinstance(document, dict):
        return set()
    here = {f"{path}{name}" for name in document}
    return here | {key for name, inner in document.items() for key in keys_in(inner, f"{path}{name}.")}


def test_the_example_shows_every_key() -> None:
    """The commented example is the reference: no key is missing from it, and it loads."""
    assert isinstance(load_world(EXAMPLE), World)
    document = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    assert keys_of(World) - keys_in(document) == set()


@pytest.mark.parametrize(
    ("world", "sentence"),
    [
        (one_cluster(pulls_from=["x"]), "clusters.0.pulls_from.0: no registry is named 'x'"),
        (
            one_cluster(identity={"service_principal": "x"}),
            "clusters.0.identity.service_principal: no service principal is named 'x'",
        ),
        (
            one_cluster(identity={"user_assigned": "x"}),
            "clusters.0.identity.user_assigned: no user-assigned identity is named 'x'",
        ),
        (
            one_cluster(identity={}),
            "clusters.0.identity: give exactly one of service_principal, system_assigned, user_assigned",
        ),
        (
            one_cluster(node_pools=[pool("system", image="1")]),
            "clusters.0.node_pools.0.image: AKSUbuntu-2204gen2containerd has no version '1'",
        ),
        (
            one_cluster(node_pools=[pool("system", image_family="x")]),
            "clusters.0.node_pools.0.image_family: no image family is named 'x'",
        ),
        (one_cluster(subscription="x"), "clusters.0.subscription: no subscription is named 'x'"),
        (one_cluster(clusters=[cluster(), cluster()]), "clusters.1.name: 'prod-weu-01' is there twice"),
        (one_cluster(nonsense=1), "clusters.0.nonsense: extra inputs are not permitted"),
        (
            one_cluster(timing={"update": "soon"}),
            "timing.update: a duration is written as '90s', '3m', '1h' or a number of seconds",
        ),
        (
            one_cluster(role_assignments=[{"principal": "x", "role": "Reader", "scope": "/subscriptions/s"}]),
            "role_assignments.0.principal: no principal is named 'x'",
        ),
        (
            one_cluster(role_assignments=[{"principal": "sp-prod", "role": "x", "scope": "/subscriptions/s"}]),
            "role_assignments.0.role: no built-in role is named 'x'",
        ),
    ],
)
def test_a_wrong_world_is_told_in_one_sentence(world: dict[str, Any], sentence: str) -> None:
    """The sentence begins with the path in the file."""
    with pytest.raises(WorldError) as refused:
        load_world(world)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(("text", "complaint"), [("a: [", "not YAML"), (None, "no such file"), ("- 1", "the world")])
def test_a_file_that_is_no_world_is_told(tmp_path: Path, text: str | None, complaint: str) -> None:
    """A missing file, broken YAML and a list instead of a mapping each have their sentence."""
    file = tmp_path / "world.yaml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(WorldError, match=complaint):
        load_world(file)

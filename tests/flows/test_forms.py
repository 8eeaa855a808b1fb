"""The forms that Prefect's UI renders: a change of a flow's parameters is a change that people see."""

import json
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow
from prefect.utilities.callables import parameter_schema

from flows.assess_fleet import assess_fleet
from flows.create_cluster import create_cluster
from flows.migrate_cluster import migrate_cluster
from flows.migrate_fleet import migrate_fleet
from flows.migrate_shard import migrate_shard
from flows.undo_preparation import undo_preparation

FORMS = Path(__file__).with_name("forms")


@pytest.mark.parametrize(
    "flow",
    [assess_fleet, create_cluster, migrate_cluster, migrate_fleet, migrate_shard, undo_preparation],
    ids=lambda flow: flow.name,
)
def test_schema(flow: Flow[Any, Any]) -> None:
    """The schema is the one on record; to change it on purpose, write the new one to tests/flows/forms/."""
    schema = parameter_schema(flow.fn).model_dump()
    on_record = FORMS / f"{flow.name}.json"
    assert schema == json.loads(on_record.read_text())
    assert all(field.get("type") or field.get("$ref") or field.get("allOf") for field in schema["properties"].values())

"""JSON as it travels: the shape is whatever the wire says."""

from __future__ import annotations

from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]


def merged(present: JsonObject, sent: JsonObject) -> JsonObject:
    """The present document with what was sent laid over it.

    Absent members, nulls and empty objects leave what is there (recordings of Azure CLI test traffic:
    `"storageProfile": {}` changes nothing); lists are replaced as a whole.
    """
    result = dict(present)
    for name, value in sent.items():
        if value is None:
            continue
        before = present.get(name)
        result[name] = merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return result

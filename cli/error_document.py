"""With `--output json` standard output is one JSON document, also where there is no result to tell of."""

import json
import sys
from collections.abc import Sequence
from itertools import pairwise

from fleet_identity.errors import FleetIdentityError


def asks_json(arguments: Sequence[str] | None) -> bool:
    """Whether this command line asks for JSON; read from its words, for it may be one that can't be understood."""
    words = sys.argv[1:] if arguments is None else arguments
    return "--output=json" in words or ("--output", "json") in pairwise(words)


def print_error(sentence: str, status: int, error: Exception) -> None:
    """Print what went wrong; `code`, `resource_id` and `correlation_id` are Azure's, null where it was not Azure."""
    azure = error if isinstance(error, FleetIdentityError) else None
    told = {
        "exit_status": int(status),
        "message": sentence,
        "code": (azure and azure.code) or None,
        "resource_id": (azure and azure.resource_id) or None,
        "correlation_id": (azure and azure.correlation_id) or None,
    }
    print(json.dumps({"error": told}, indent=2))

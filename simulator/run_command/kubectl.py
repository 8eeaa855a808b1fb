"""kubectl get, of nodes and PodDisruptionBudgets: what it prints, and how it refuses the rest."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.run_command.budgets import budget_document
from simulator.run_command.columns import table
from simulator.run_command.nodes import node_document, running

if TYPE_CHECKING:
    from simulator.azure import Azure
    from simulator.json_object import JsonObject
    from simulator.managed_clusters.models import ManagedCluster

_KINDS = {
    **dict.fromkeys(("nodes", "node", "no"), "nodes"),
    **dict.fromkeys(("poddisruptionbudgets", "poddisruptionbudget", "pdb", "poddisruptionbudgets.policy"), "budgets"),
}
_OPTIONS = {"-o": "output", "--output": "output", "-n": "namespace", "--namespace": "namespace"}


class KubectlError(Exception):
    """kubectl ends with 1 and says why."""


@dataclass(slots=True, kw_only=True)
class Get:
    """What is to be printed, and how."""

    kinds: str = ""
    output: str = ""
    namespace: str | None = "default"
    """None for all of them."""
    headers: bool = True


def run(azure: Azure, cluster: ManagedCluster, text: str) -> tuple[int, str]:
    """The exit code and the output of a command."""
    try:
        wanted = _parsed(_words(text))
        return 0, _printed(wanted, _items(azure, cluster, wanted))
    except KubectlError as error:
        return 1, f"error: {error}\n"


def _words(text: str) -> list[str]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise KubectlError(str(error)) from None
    if words[:1] != ["kubectl"] or {"|", "&&", ";", ">"} & set(words):
        raise KubectlError(f"the simulator runs kubectl alone, and not {text!r}")
    return words[1:]


def _parsed(words: list[str]) -> Get:
    if words[:1] != ["get"]:
        raise KubectlError(f'unknown command {(words or [""])[0]!r} for "kubectl"'.replace("'", '"'))
    wanted, coming = Get(), iter(words[1:])
    for word in coming:
        if word in {"-A", "--all-namespaces"}:
            wanted.namespace = None
        elif word == "--no-headers":
            wanted.headers = False
        elif word.startswith("-"):
            name, value = _option(word)
            setattr(wanted, name, value or next(coming, ""))
        else:
            wanted.kinds = word
    return wanted


def _option(word: str) -> tuple[str, str]:
    """The name of an option, and its value where that is in the same word: `-ojson`, `-o=json`, `--output=json`."""
    name, _, value = word.partition("=") if word.startswith("--") else (word[:2], "", word[2:].removeprefix("="))
    if name not in _OPTIONS:
        raise KubectlError(f"unknown flag: {name}")
    return _OPTIONS[name], value


def _items(azure: Azure, cluster: ManagedCluster, wanted: Get) -> list[JsonObject]:
    found: list[JsonObject] = []
    for kind in wanted.kinds.split(","):
        match _KINDS.get(kind.lower()):
            case "nodes":
                images = azure.world.behaviour.images_of_a_node
                found += [node_document(cluster, pool, node, images=images) for pool, node in running(cluster)]
            case "budgets":
                namespaces = {
                    wanted.namespace,
                    *({b.namespace for b in cluster.budgets} if wanted.namespace is None else ()),
                }
                found += [budget_document(cluster, one) for one in cluster.budgets if one.namespace in namespaces]
            case _:
                raise KubectlError(f'the server doesn\'t have a resource type "{kind}"')
    return found


def _printed(wanted: Get, items: list[JsonObject]) -> str:
    form, _, columns = wanted.output.partition("=")
    if form == "json":
        # kubectl indents by four
        body = {"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}}
        return json.dumps(body, indent=4) + "\n"
    if form == "custom-columns" and columns:
        return table(items, columns, headers=wanted.headers)
    raise KubectlError(f"the simulator prints json and custom-columns=..., and not {wanted.output!r}")

"""The record of the switch, as tags and back; and the verdict that is built on it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fleet_identity.inside import Inside, Node
from fleet_identity.node_image import is_newer
from fleet_identity.record import Rolls, SwitchRecord, pack, record_tags, short, unpack
from fleet_identity.verdict import Verdict, verdicts
from tests.builders import IMAGE, NEWER, cluster, pool, switched

PREFIX = "fleet-identity"


def record(pools: int) -> SwitchRecord:
    images = {f"pool{number}": IMAGE for number in range(pools)}
    versions = dict.fromkeys(images, "1.33.2")
    at = datetime(2026, 1, 5, 6, 7, 8, tzinfo=UTC)
    return SwitchRecord(client_id="app", switched_at=at, images=images, versions=versions, rolls=Rolls.IMAGE)


@pytest.mark.parametrize("pools", [0, 1, 7, 100])
def test_there_and_back(pools: int) -> None:
    """What was written is read again, whatever the number of pools, within Azure's limits."""
    tags = pack(record(pools), PREFIX)
    assert unpack({"team": "shop", **tags}, PREFIX) == record(pools)
    assert max(map(len, tags.values())) <= 256
    assert len(tags) <= 50


def test_azure_may_change_the_case_of_names() -> None:
    """Tag names are the same in any case."""
    tags = {name.upper(): value for name, value in pack(record(2), PREFIX).items()}
    assert unpack(tags, PREFIX) == record(2)


@pytest.mark.parametrize("gone", ["service-principal", "switched-at", "pools", "rolls", "images-1"])
def test_a_part_is_no_record(gone: str) -> None:
    """A record that lacks a part proves nothing."""
    tags = pack(record(2), PREFIX)
    del tags[f"{PREFIX}-{gone}"]
    assert unpack(tags, PREFIX) is None


def test_a_tampered_time_is_no_record() -> None:
    """A time that is none proves nothing."""
    assert unpack({**pack(record(1), PREFIX), f"{PREFIX}-switched-at": "yesterday"}, PREFIX) is None


@pytest.mark.parametrize(
    ("changes", "rolls", "verdict", "owed"),
    [
        ({"image": IMAGE}, Rolls.IMAGE, Verdict.NOT_SWITCHED, True),
        ({"image": IMAGE}, Rolls.UNKNOWN, Verdict.UNKNOWN, True),
        ({"image": IMAGE}, Rolls.PUT, Verdict.UNKNOWN, False),
        ({"image": IMAGE}, Rolls.NONE, Verdict.UNKNOWN, False),
        ({"image": NEWER}, Rolls.UNKNOWN, Verdict.LIKELY, False),
        ({"image": NEWER}, Rolls.PUT, Verdict.LIKELY, False),
        ({"kubernetes_version": "1.33.4"}, Rolls.IMAGE, Verdict.LIKELY, False),
        ({"image": NEWER, "provisioning_state": "UpgradingNodeImageVersion"}, Rolls.IMAGE, Verdict.NOT_SWITCHED, True),
        ({"name": "new"}, Rolls.IMAGE, Verdict.LIKELY, False),
    ],
)
def test_what_arm_can_tell(changes: dict[str, str], rolls: Rolls, verdict: Verdict, owed: bool) -> None:
    """ARM's evidence makes it likely at most; an unchanged image says as much as is known of the switch itself."""
    known = replace(record(1), images={"system": IMAGE}, versions={"system": "1.33.2"}, rolls=rolls)
    (found,) = verdicts(switched(pools=(pool(**changes),)), known)
    assert (found.verdict, found.owed) == (verdict, owed)


@pytest.mark.parametrize(
    ("labels", "verdict"),
    [
        (("kubelet", "KUBELET"), Verdict.VERIFIED),
        (("kubelet", ""), Verdict.NOT_SWITCHED),
        (("another", "another"), Verdict.NOT_SWITCHED),
        ((), Verdict.LIKELY),
    ],
)
def test_what_labels_tell(labels: tuple[str, ...], verdict: Verdict) -> None:
    """Only the label of every node verifies; one node on the old principal is enough for the opposite."""
    nodes = tuple(Node(name=f"n{number}", pool="system", kubelet_client_id=one) for number, one in enumerate(labels))
    known = replace(record(1), images={"system": IMAGE})
    (found,) = verdicts(switched(pools=(pool(image=NEWER),)), known, Inside(nodes=nodes))
    assert found.verdict is verdict


def test_without_a_record_nothing_is_known() -> None:
    """Where the tags are gone the verdict is unknown, never done; on a service principal it is clear."""
    assert {found.verdict for found in verdicts(switched(), None)} == {Verdict.UNKNOWN}
    assert {found.verdict for found in verdicts(cluster(), None)} == {Verdict.NOT_SWITCHED}


@pytest.mark.parametrize(
    ("candidate", "newer"),
    [
        (NEWER, True),
        (IMAGE, False),
        ("AKSUbuntu-2204gen2containerd-202609.30.0", False),
        ("AKSUbuntu-2204gen2containerd-202610.05.1", True),
        ("AKSUbuntu-2404gen2containerd-202601.01.0", True),
    ],
)
def test_which_image_is_newer(candidate: str, newer: bool) -> None:
    """Dates are compared as numbers; another family always counts as newer."""
    assert is_newer(candidate, IMAGE) == newer


def test_an_id_that_is_too_long_for_a_tag() -> None:
    """It is kept as a hash, by which the way back to it is recognised all the same, in any case."""
    left = f"/subscriptions/{'a' * 300}"
    tags = pack(replace(record(1), left=short(left)), PREFIX)
    assert max(map(len, tags.values())) <= 256
    assert short(left.upper()) == tags[f"{PREFIX}-left"] == short(tags[f"{PREFIX}-left"])


def test_which_tags_are_ours() -> None:
    """Those that a record is made of, in any case; not what people name with the same prefix."""
    tags = {**pack(record(9), PREFIX), "FLEET-IDENTITY-IMAGES-12": "gone=x", f"{PREFIX}-owner": "me", "team": "shop"}
    assert record_tags(tags, PREFIX) == frozenset(tags) - {f"{PREFIX}-owner", "team"}

"""What stands in the way of a migration, or should be watched: stable codes, and a sentence that says what to do.

Each code is a heading in docs/runbook.md.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs."""

    BLOCKS = "blocks"
    WARNS = "warns"


class Code(StrEnum):
    """The kinds of finding; a code never changes its meaning."""

    RESOURCE_LOCK = "ResourceLock"
    CLUSTER_STOPPED = "ClusterStopped"
    CLUSTER_FAILED = "ClusterFailed"
    POOL_FAILED = "PoolFailed"
    POOL_TYPE = "PoolType"
    UNSUPPORTED_REFERENCE = "UnsupportedReference"
    UNKNOWN_IDENTITY = "UnknownIdentity"
    RECORD_MISSING = "RecordMissing"
    SUBSCRIPTION_UNREADABLE = "SubscriptionUnreadable"
    NO_ETAG = "NoETag"
    OLD_PRINCIPAL_UNKNOWN = "OldPrincipalUnknown"
    REGISTRIES_UNKNOWN = "RegistriesUnknown"
    REGISTRY_NOT_FOUND = "RegistryNotFound"
    ROLE_NOT_COPIED = "RoleNotCopied"
    PULL_GAP = "PullGap"
    SHORT_WAIT = "ShortWait"
    KUBELET_MISSING = "KubeletMissing"
    TAG_LIMIT = "TagLimit"
    OTHER_IDENTITY = "OtherIdentity"
    POOL_CHANGED = "PoolChanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a person should know, with its evidence and what to do about it."""

    code: Code
    severity: Severity
    evidence: str
    remedy: str

    def describe(self) -> str:
        """Say what was found and what to do."""
        return f"{self.code}: {self.evidence} {self.remedy}"


def blocks(code: Code, evidence: str, remedy: str) -> Finding:
    """Make a finding that keeps the migration from starting."""
    return Finding(code=code, severity=Severity.BLOCKS, evidence=evidence, remedy=remedy)


def warns(code: Code, evidence: str, remedy: str) -> Finding:
    """Make a finding that a person should read before going on."""
    return Finding(code=code, severity=Severity.WARNS, evidence=evidence, remedy=remedy)

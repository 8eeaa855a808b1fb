"""What stands in the way of a migration, or should be watched: stable codes, and a sentence that says what to do.

Each code is a heading in docs/runbook.md. One subject a module; `survey` asks them all.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs."""

    BLOCKS = "blocks"
    WARNS = "warns"
    NOTES = "notes"


class Code(StrEnum):
    """The kinds of finding; a code never changes its meaning."""

    # the cluster and its pools
    CLUSTER_STOPPED = "ClusterStopped"
    CLUSTER_FAILED = "ClusterFailed"
    OPERATION_IN_PROGRESS = "OperationInProgress"
    POOL_FAILED = "PoolFailed"
    POOL_STOPPED = "PoolStopped"
    POOL_TYPE = "PoolType"
    SPOT_POOL = "SpotPool"
    VERSION_SKEW = "VersionSkew"
    WINDOWS_CADENCE = "WindowsCadence"
    NODE_AUTO_PROVISIONING = "NodeAutoProvisioning"
    NODE_DISRUPTION_POLICY = "NodeDisruptionPolicy"
    POD_IDENTITY = "PodIdentity"
    NO_ETAG = "NoETag"
    # identities
    UNKNOWN_IDENTITY = "UnknownIdentity"
    OTHER_IDENTITY = "OtherIdentity"
    RECORD_MISSING = "RecordMissing"
    KUBELET_MISSING = "KubeletMissing"
    REGION_UNSUPPORTED = "RegionUnsupported"
    # the old principal
    SECRET_EXPIRED = "SecretExpired"  # noqa: S105 - a code, not a secret
    SECRET_EXPIRES = "SecretExpires"  # noqa: S105 - the same
    SHARED_PRINCIPAL = "SharedPrincipal"
    OLD_PRINCIPAL_UNKNOWN = "OldPrincipalUnknown"
    SUBSCRIPTION_UNREADABLE = "SubscriptionUnreadable"
    ROLE_NOT_COPIED = "RoleNotCopied"
    # roles and rights
    ROLE_NOT_ALLOWED = "RoleNotAllowed"
    IDENTITY_NOT_ALLOWED = "IdentityNotAllowed"
    CONDITIONAL_GRANT = "ConditionalGrant"
    ROLE_ASSIGNMENT_LIMIT = "RoleAssignmentLimit"
    MISSING_RIGHT = "MissingRight"
    NOT_READ = "NotRead"
    UNREADABLE = "Unreadable"
    TENANT_MISMATCH = "TenantMismatch"
    # registries
    REGISTRIES_UNKNOWN = "RegistriesUnknown"
    REGISTRY_NOT_FOUND = "RegistryNotFound"
    REGISTRY_IN_OTHER_TENANT = "RegistryInOtherTenant"
    # gaps
    PULL_GAP = "PullGap"
    RIGHTS_GAP = "RightsGap"
    ADDON_GAP = "AddonGap"
    SHORT_WAIT = "ShortWait"
    # what the cluster uses
    PRIVATE_DNS_ZONE = "PrivateDNSZone"
    ETCD_KEY = "EtcdKey"
    VAULT_ACCESS_POLICY = "VaultAccessPolicy"
    WORKSPACE_MISSING = "WorkspaceMissing"
    # limits
    RESOURCE_LOCK = "ResourceLock"
    TAG_LIMIT = "TagLimit"
    TAG_POLICY = "TagPolicy"
    SURGE_QUOTA = "SurgeQuota"
    # windows
    WINDOW_NEVER_OPENS = "WindowNeverOpens"
    WINDOW_UNKNOWN = "WindowUnknown"
    # on the way
    DRAIN_BLOCKED = "DrainBlocked"
    NOT_LOOKED_INSIDE = "NotLookedInside"
    POOL_CHANGED = "PoolChanged"
    TERRAFORM = "Terraform"


LASTING = frozenset(
    {
        Code.SHARED_PRINCIPAL,
        Code.OLD_PRINCIPAL_UNKNOWN,
        Code.SUBSCRIPTION_UNREADABLE,
        Code.ROLE_NOT_COPIED,
        Code.REGISTRY_IN_OTHER_TENANT,
        Code.VAULT_ACCESS_POLICY,
        Code.NODE_AUTO_PROVISIONING,
    }
)
"""What a person should still know once the cluster has moved, though its plan has nothing left to say of it."""


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


def notes(code: Code, evidence: str, remedy: str) -> Finding:
    """Make a finding that is good to know."""
    return Finding(code=code, severity=Severity.NOTES, evidence=evidence, remedy=remedy)

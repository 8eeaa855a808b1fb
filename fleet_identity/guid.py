"""A GUID, as text: how Azure names subscriptions, tenants, applications, roles and assignments."""

import re
from typing import Annotated

from pydantic import StringConstraints

_PATTERN = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
GUID = re.compile(_PATTERN)
"""Finds one anywhere, in either case; `fullmatch` for what must be one."""
Guid = Annotated[str, StringConstraints(pattern=f"^{_PATTERN}$")]
"""A field of a model that is one."""

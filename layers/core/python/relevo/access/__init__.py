"""Who may call the API: keys with scopes, and the record of what was refused."""

from relevo.access.keys import (
    SCOPES,
    ApiKey,
    Principal,
    authorize,
    create_key,
    list_keys,
    revoke_key,
    token_in,
)
from relevo.access.permissions import PERMISSIONS, ROLES

__all__ = [
    "PERMISSIONS",
    "ROLES",
    "SCOPES",
    "ApiKey",
    "Principal",
    "authorize",
    "create_key",
    "list_keys",
    "revoke_key",
    "token_in",
]

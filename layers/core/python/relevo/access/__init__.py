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

__all__ = ["SCOPES", "ApiKey", "Principal", "authorize", "create_key", "list_keys", "revoke_key", "token_in"]

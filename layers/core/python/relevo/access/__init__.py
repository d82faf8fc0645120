"""Who may call: people with passwords and sessions, API keys with scopes, and the record of what was refused."""

from relevo.access.attempts import begin as begin_sign_in
from relevo.access.doors import authorize, authorize_socket, token_in
from relevo.access.keys import SCOPES, ApiKey, create_key, list_keys, revoke_key
from relevo.access.passwords import hash_password
from relevo.access.people import person_of
from relevo.access.permissions import PERMISSIONS, ROLE_NAMES, ROLES, Role
from relevo.access.principal import Principal, told, understood
from relevo.access.sessions import LONGEST as SESSION_LIVES
from relevo.access.sessions import SignedIn, log_in, log_out, refresh
from relevo.access.socket_tickets import issue as issue_socket_ticket
from relevo.access.tokens import ACCESS_TOKEN_LIVES
from relevo.access.users import (
    EmailTaken,
    LastAdmin,
    NewUser,
    User,
    change_password,
    change_user,
    create_user,
    find_user,
    get_user,
    list_users,
    must_change_password,
    profile,
    reset_password,
)

__all__ = [
    "ACCESS_TOKEN_LIVES",
    "PERMISSIONS",
    "ROLES",
    "ROLE_NAMES",
    "SCOPES",
    "SESSION_LIVES",
    "ApiKey",
    "EmailTaken",
    "LastAdmin",
    "NewUser",
    "Principal",
    "Role",
    "SignedIn",
    "User",
    "authorize",
    "authorize_socket",
    "begin_sign_in",
    "change_password",
    "change_user",
    "create_key",
    "create_user",
    "find_user",
    "get_user",
    "hash_password",
    "issue_socket_ticket",
    "list_keys",
    "list_users",
    "log_in",
    "log_out",
    "must_change_password",
    "person_of",
    "profile",
    "refresh",
    "reset_password",
    "revoke_key",
    "token_in",
    "told",
    "understood",
]

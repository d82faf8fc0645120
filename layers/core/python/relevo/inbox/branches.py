"""The company's branches, the numbers customers write to in each, and how a branch gives conversations to agents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.errors import ForeignKeyViolation, InvalidParameterValue, UniqueViolation

from relevo import clock, ids
from relevo.access import audit
from relevo.db import UnitOfWork
from relevo.errors import InvalidInput, NotFound

_PAPERS = ("tax_rate", "legal_name", "tax_id", "address", "receipt_footer", "logo")
_FIELDS = ("name", "timezone", "language", "currency", "assignment", "faithful", *_PAPERS)
_ACCOUNT_FIELDS = ("branch_id", "display_number", "active")


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch. `assignment` is automatic or manual; `faithful` gives customers to the agent they know. `accounts` are
    its numbers and pages: id, channel, external_id, display_number, active. `tax_rate`, a share (0.16), is what is
    added to prices; what follows stands on quotes and receipts, `logo` being a file's key in the media bucket."""

    id: UUID
    code: str
    name: str
    timezone: str
    language: str
    currency: str
    assignment: str
    faithful: bool
    tax_rate: Decimal
    legal_name: str | None
    tax_id: str | None
    address: str | None
    receipt_footer: str | None
    logo: str | None
    accounts: list[dict[str, Any]]


_BRANCHES: LiteralString = """
    SELECT branch.id, branch.code, branch.name, branch.timezone, branch.language, branch.currency, branch.assignment,
           branch.faithful, branch.tax_rate, branch.legal_name, branch.tax_id, branch.address, branch.receipt_footer,
           branch.logo, coalesce((
               SELECT jsonb_agg(jsonb_build_object('id', account.id, 'channel', account.channel, 'external_id',
                   account.external_id, 'display_number', account.display_number, 'active', account.active)
                   ORDER BY account.channel, account.external_id)
               FROM inbox.channel_account AS account WHERE account.branch_id = branch.id), '[]') AS accounts
    FROM inbox.branch
"""


def list_branches(uow: UnitOfWork, within: frozenset[UUID] | None = None) -> list[Branch]:
    """Every branch by name, or those of these ids, each with its numbers."""
    rows = uow.all(
        f"{_BRANCHES} WHERE %(within)s::uuid[] IS NULL OR branch.id = ANY(%(within)s) ORDER BY branch.name, branch.id",
        {"within": None if within is None else list(within)},
    )
    return [Branch(**row) for row in rows]


def get_branch(uow: UnitOfWork, branch_id: UUID) -> Branch:
    """The branch. Raises NotFound."""
    row = uow.one(f"{_BRANCHES} WHERE branch.id = %s", (branch_id,))
    if row is None:
        raise NotFound(f"there is no branch {branch_id}")
    return Branch(**row)


def add_branch(uow: UnitOfWork, code: str, fields: Mapping[str, Any], *, actor: str) -> Branch:
    """A new branch; `fields` are name, timezone and currency at least.

    Raises InvalidInput for a code another branch has and a time zone nobody knows.
    """
    _check(fields, _FIELDS)
    _check_timezone(uow, fields.get("timezone"))
    branch_id = ids.new_id()
    columns = {"id": branch_id, "code": code, **fields, "created_at": clock.now()}
    try:
        uow.connection.execute(_insert("inbox.branch", columns), columns)
    except UniqueViolation as error:
        raise InvalidInput(f"another branch has the code {code}") from error
    audit.record(uow, actor, "branch.add", "allowed", subject=str(branch_id), code=code, **_plain(fields))
    return get_branch(uow, branch_id)


def change_branch(uow: UnitOfWork, branch_id: UUID, fields: Mapping[str, Any], *, actor: str) -> Branch:
    """Change these fields. A branch that becomes automatic gives what waits to who is free within a minute.

    Raises NotFound, and InvalidInput for a time zone nobody knows.
    """
    _check(fields, _FIELDS)
    _check_timezone(uow, fields.get("timezone"))
    before = get_branch(uow, branch_id)
    changes = {field: (getattr(before, field), new) for field, new in fields.items() if getattr(before, field) != new}
    if changes:
        values = {field: new for field, (_, new) in changes.items()} | {"id": branch_id}
        uow.connection.execute(_update("inbox.branch", changes), values)
        _record(uow, actor, "branch.change", branch_id, changes)
    return get_branch(uow, branch_id)


def add_account(
    uow: UnitOfWork,
    branch_id: UUID,
    channel: str,
    external_id: str,
    *,
    display_number: str | None = None,
    portfolio: str = "default",
    actor: str,
) -> Branch:
    """A number or page whose conversations are this branch's from now on. Raises NotFound, and InvalidInput for one
    that is known already: it can be moved."""
    account_id = ids.new_id()
    get_branch(uow, branch_id)
    made = uow.one(
        "INSERT INTO inbox.channel_account (id, branch_id, channel, external_id, display_number, portfolio, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (channel, external_id) DO NOTHING RETURNING id",
        (account_id, branch_id, channel, external_id, display_number, portfolio, clock.now()),
    )
    if made is None:
        raise InvalidInput(f"{channel} {external_id} is known already; move it here instead")
    told = {"branch": str(branch_id), "channel": channel, "external_id": external_id, "portfolio": portfolio}
    audit.record(uow, actor, "account.add", "allowed", subject=str(account_id), **told)
    return get_branch(uow, branch_id)


def change_account(
    uow: UnitOfWork, branch_id: UUID, account_id: UUID, fields: Mapping[str, Any], *, actor: str
) -> Branch:
    """Change a number of this branch: how it is written, whether it is in use, or whose it is; the branch it then has.

    Moved, it brings new conversations to its new branch; those that are open stay with the people who hold them.
    Raises NotFound, and InvalidInput for a branch nobody knows.
    """
    _check(fields, _ACCOUNT_FIELDS)
    before = uow.one(
        "SELECT branch_id, display_number, active FROM inbox.channel_account WHERE id = %s AND branch_id = %s"
        " FOR UPDATE",
        (account_id, branch_id),
    )
    if before is None:
        raise NotFound(f"the branch has no number {account_id}")
    changes = {field: (before[field], new) for field, new in fields.items() if before[field] != new}
    if changes:
        values = {field: new for field, (_, new) in changes.items()} | {"id": account_id}
        try:
            uow.connection.execute(_update("inbox.channel_account", changes), values)
        except ForeignKeyViolation as error:
            raise InvalidInput(f"there is no branch {fields['branch_id']}") from error
        _record(uow, actor, "account.change", account_id, changes)
    return get_branch(uow, fields.get("branch_id", branch_id))


def _check(fields: Mapping[str, Any], known: tuple[str, ...]) -> None:
    if unknown := [field for field in fields if field not in known]:
        raise InvalidInput(f"{', '.join(unknown)} cannot be changed; only {', '.join(known)} can")


def _check_timezone(uow: UnitOfWork, timezone: str | None) -> None:
    if timezone is None:
        return
    try:
        uow.execute("SELECT now() AT TIME ZONE %s", (timezone,))
    except InvalidParameterValue as error:
        raise InvalidInput(f"{timezone} is no time zone, as America/Bogota is") from error


def _insert(table: str, columns: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(*table.split(".")),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(map(sql.Placeholder, columns)),
    )


def _update(table: str, fields: Mapping[str, Any]) -> sql.Composed:
    assignments = (sql.SQL("{} = {}").format(sql.Identifier(field), sql.Placeholder(field)) for field in fields)
    return sql.SQL("UPDATE {} SET {} WHERE id = %(id)s").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(assignments)
    )


def _record(uow: UnitOfWork, actor: str, action: str, subject: UUID, changes: Mapping[str, tuple[Any, Any]]) -> None:
    """One line of the audit with old and new of each field, as JSON can hold them."""

    told = {field: _plain({"old": old, "new": new}) for field, (old, new) in changes.items()}
    audit.record(uow, actor, action, "allowed", subject=str(subject), **told)


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON can hold them."""
    return {name: str(value) if isinstance(value, UUID | Decimal) else value for name, value in fields.items()}

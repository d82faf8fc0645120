"""Roles: each can do what the one below can, and the admin everything."""

from __future__ import annotations

from relevo import access


def test_each_role_can_do_what_the_one_below_can() -> None:
    viewer, agent, supervisor, admin = (access.ROLES[role] for role in ("viewer", "agent", "supervisor", "admin"))
    assert viewer < agent < supervisor < admin == access.SCOPES


def test_a_viewer_changes_nothing() -> None:
    assert {permission.partition(":")[2] for permission in access.ROLES["viewer"]} == {"read"}


def test_only_an_admin_decides_who_gets_in() -> None:
    assert [role for role, can in access.ROLES.items() if can & {"users:manage", "keys:manage"}] == ["admin"]

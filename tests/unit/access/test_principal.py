"""A caller crosses API Gateway as strings and is the same on the other side."""

from __future__ import annotations

import pytest

from relevo import ids
from relevo.access import Principal, told, understood

BRANCH, OTHER = ids.new_id(), ids.new_id()


@pytest.mark.parametrize(
    "caller",
    [
        Principal("key:0123456789ab", frozenset({"tickets:read"})),
        Principal("key:0123456789ab", frozenset()),
        Principal(
            "user:1",
            frozenset({"tickets:read", "tickets:write"}),
            user_id=ids.new_id(),
            role="agent",
            branches=frozenset({BRANCH, OTHER}),
            agent_id=ids.new_id(),
            session_id=ids.new_id(),
            must_change_password=True,
        ),
        Principal("user:2", frozenset(), user_id=ids.new_id(), role="viewer", branches=frozenset()),
    ],
)
def test_a_caller_is_understood_as_told(caller: Principal) -> None:
    # When the authorizer tells of a caller
    context = told(caller)
    # Then it does in strings, and the API understands the same
    assert all(isinstance(value, str) for value in context.values())
    assert understood(context) == caller


def test_a_branch_is_seen_by_who_works_in_it_and_what_has_none_by_everybody() -> None:
    everywhere, here = Principal("a", frozenset()), Principal("b", frozenset(), branches=frozenset({BRANCH}))
    nowhere = Principal("c", frozenset(), branches=frozenset())
    assert [caller.sees(BRANCH) for caller in (everywhere, here, nowhere)] == [True, True, False]
    assert [caller.sees(OTHER) for caller in (everywhere, here, nowhere)] == [True, False, False]
    assert [caller.sees(None) for caller in (everywhere, here, nowhere)] == [True, True, True]

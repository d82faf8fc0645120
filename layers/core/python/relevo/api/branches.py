"""Routes of branches and the numbers customers write to."""

from __future__ import annotations

from uuid import UUID

from relevo import inbox
from relevo.access import Principal
from relevo.api.application import app
from relevo.api.endpoint import endpoint
from relevo.api.people_models import AccountIn, AccountPatch, Branch, Branches, BranchIn, BranchPatch
from relevo.api.requests import refuse_branch
from relevo.db import UnitOfWork

_BRANCHES = "/api/branches"
_ONE = f"{_BRANCHES}/<branch_id>"
_MANAGE, _TAG = "branches:manage", "Branches"


@endpoint(app, "GET", _BRANCHES, scope="branches:read", summary="Branches and their numbers", tag=_TAG)
def list_branches(uow: UnitOfWork, caller: Principal) -> Branches:
    """The branches the caller works in, by name."""
    return Branches(items=[Branch.model_validate(branch) for branch in inbox.list_branches(uow, caller.branches)])


@endpoint(app, "POST", _BRANCHES, scope=_MANAGE, summary="Add a branch", tag=_TAG, status=201)
def add_branch(uow: UnitOfWork, caller: Principal, body: BranchIn) -> Branch:
    """Adds a branch, without any number yet."""
    return Branch.model_validate(inbox.add_branch(uow, body.code, body.fields(), actor=caller.name))


@endpoint(app, "PATCH", _ONE, scope=_MANAGE, summary="Change a branch", tag=_TAG)
def change_branch(uow: UnitOfWork, caller: Principal, branch_id: UUID, body: BranchPatch) -> Branch:
    """Changes the fields that are sent."""
    refuse_branch(caller, branch_id)
    return Branch.model_validate(inbox.change_branch(uow, branch_id, body.changes(), actor=caller.name))


@endpoint(app, "POST", f"{_ONE}/accounts", scope=_MANAGE, summary="Add a number", tag=_TAG, status=201)
def add_account(uow: UnitOfWork, caller: Principal, branch_id: UUID, body: AccountIn) -> Branch:
    """Adds a number or page to a branch; its customers' conversations are the branch's."""
    refuse_branch(caller, branch_id)
    return Branch.model_validate(inbox.add_account(uow, branch_id, **body.model_dump(), actor=caller.name))


@endpoint(app, "PATCH", f"{_ONE}/accounts/<account_id>", scope=_MANAGE, summary="Change or move a number", tag=_TAG)
def change_account(uow: UnitOfWork, caller: Principal, branch_id: UUID, account_id: UUID, body: AccountPatch) -> Branch:
    """Changes the fields that are sent, and answers with the branch the number then has. Conversations that are open
    stay where they are; new ones go to the new branch."""
    refuse_branch(caller, branch_id)
    changes = body.changes()
    refuse_branch(caller, changes.get("branch_id"))
    return Branch.model_validate(inbox.change_account(uow, branch_id, account_id, changes, actor=caller.name))

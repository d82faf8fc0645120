"""What a person decides about who works on a ticket. It outranks the rules, and load and availability: whoever gives a
ticket to a full agent knows why. The order of locks is ticket, departments, agents, as in `assignment`.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from relevo import clock
from relevo.db import Row, UnitOfWork, transition
from relevo.desk import assignment
from relevo.desk.assignment import Wanted
from relevo.desk.tickets import UNFINISHED, Ticket
from relevo.errors import InvalidInput
from relevo.events import TicketAssigned, TicketUpdated
from relevo.settings import settings
from relevo.texts import say


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, and why; without a reason the history says that it was done by hand."""

    actor: str
    reason: str | None = None

    @property
    def why(self) -> str:
        return self.reason or say("desk.by_hand", settings().locale)


def give(uow: UnitOfWork, ticket: Ticket, agent_id: UUID | None, decision: Decision) -> None:
    """Give a ticket (locked by the caller) to this agent and their department, or with None back to the queue.

    Its former agent has one ticket less and is given the next that waits. Raises InvalidInput for an agent nobody
    knows or of another branch, and for a finished ticket.
    """
    if agent_id == ticket.agent_id:
        return
    if ticket.status not in UNFINISHED:
        raise InvalidInput(f"a ticket that is {ticket.status} has nobody working on it; take it up again first")
    old, new = _department(uow, ticket.agent_id), _department(uow, agent_id)
    if agent_id is not None and new is None:
        raise InvalidInput(f"there is no agent {agent_id}")
    _check_branch(uow, agent_id, ticket.branch_id)
    _lock(uow, old, new)
    _move_place(uow, ticket.agent_id, agent_id)
    _write(uow, ticket, agent_id, new, decision)
    if old is not None:
        assignment.assign_waiting(uow, old, limit=1)


def move(uow: UnitOfWork, ticket: Ticket, department_id: UUID | None, decision: Decision) -> None:
    """After a ticket (locked by the caller) went to another department: its agent goes with it only if of that one;
    else whoever is free there takes it. Without a department the rules decide anew."""
    if ticket.status not in UNFINISHED:
        return
    holder = _department(uow, ticket.agent_id)
    _lock(uow, holder, department_id)
    if holder is not None and holder != department_id:
        assignment.unassign(uow, ticket.id, _known(ticket.agent_id), actor=decision.actor, reason=decision.why)
        assignment.release(uow, ticket.agent_id)
        holder = None
    if holder is None and department_id is not None:
        assign_freely(uow, ticket.id, department_id, ticket, decision)


def assign_freely(uow: UnitOfWork, ticket_id: UUID, department_id: UUID, ticket: Ticket, decision: Decision) -> bool:
    """Give a ticket without an agent to whoever in the department the rules would choose; False when nobody is free."""
    wanted = Wanted(department_id, ticket.skills, ticket.branch_id, ticket.language)
    return assignment.assign(uow, ticket_id, None, wanted, decision.why) is not None


def _lock(uow: UnitOfWork, *departments: UUID | None) -> None:
    """In one order for everybody, so that nobody waits for whom they keep waiting."""
    for department_id in sorted({each for each in departments if each is not None}):
        assignment.lock_department(uow, department_id)


def _department(uow: UnitOfWork, agent_id: UUID | None) -> UUID | None:
    row: Row | None = uow.one("SELECT department_id FROM desk.agent WHERE id = %s", (agent_id,))
    return row["department_id"] if row is not None else None


def _check_branch(uow: UnitOfWork, agent_id: UUID | None, branch_id: UUID | None) -> None:
    misfit = uow.one(
        f"SELECT name FROM desk.agent WHERE id = %(agent)s AND NOT {assignment.suits('%(branch)s::uuid')}",
        {"agent": agent_id, "branch": branch_id},
    )
    if misfit is not None:
        raise InvalidInput(f"{misfit['name']} does not work for the branch of this ticket")


def _known(agent_id: UUID | None) -> UUID:
    assert agent_id is not None
    return agent_id


def _move_place(uow: UnitOfWork, old: UUID | None, new: UUID | None) -> None:
    if old is not None:
        assignment.let_go(uow, old)
    if new is not None:
        uow.execute(
            "UPDATE desk.agent SET open_tickets = open_tickets + 1, last_assigned_at = %s WHERE id = %s",
            (clock.now(), new),
        )


def _write(uow: UnitOfWork, ticket: Ticket, agent_id: UUID | None, department: UUID | None, decision: Decision) -> None:
    now = clock.now()
    by_hand = [field for field in ticket.by_hand if field != "agent_id"]
    uow.execute(
        "UPDATE desk.ticket SET agent_id = %s, department_id = coalesce(%s, department_id), assigned_at = %s,"
        " updated_at = %s, by_hand = %s WHERE id = %s",
        (agent_id, department, now if agent_id else None, now, by_hand + ["agent_id"] * bool(agent_id), ticket.id),
    )
    changes = {"agent_id": (_text(ticket.agent_id), _text(agent_id))}
    if department is not None and department != ticket.department_id:
        changes["department_id"] = (_text(ticket.department_id), _text(department))
    transition(uow, "desk.ticket_change", ticket.id, changes, actor=decision.actor, reason=decision.why)
    if agent_id is not None:
        uow.record(TicketAssigned(ticket_id=ticket.id, old=ticket.agent_id, new=agent_id, reason=decision.why))
    else:
        told = {field: {"old": old, "new": new} for field, (old, new) in changes.items()}
        uow.record(TicketUpdated(ticket_id=ticket.id, changes=told))


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None

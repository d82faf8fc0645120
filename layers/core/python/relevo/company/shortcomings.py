"""What in a company would keep a ticket from reaching somebody, as sentences for the operator."""

from __future__ import annotations

from relevo.db import UnitOfWork

_FOUND = """
    SELECT 'department ' || code || ' has no agent who takes tickets' AS sentence FROM desk.department AS department
     WHERE NOT EXISTS (SELECT 1 FROM desk.agent
                       WHERE department_id = department.id AND available AND max_tickets > 0)
    UNION ALL
    SELECT 'department ' || code || ' has no supervisor, so nobody in charge is told of its escalations'
      FROM desk.department WHERE supervisor_id IS NULL
    UNION ALL
    SELECT 'rule "' || rule.name || '": no agent of ' || department.code || ' has the skills '
           || array_to_string(rule.skills, ', ')
      FROM desk.routing_rule AS rule JOIN desk.department ON department.id = rule.department_id
     WHERE rule.active AND rule.skills <> '{}' AND NOT EXISTS (
           SELECT 1 FROM desk.agent
            WHERE agent.department_id = rule.department_id AND available AND max_tickets > 0
              AND rule.skills <@ ARRAY(SELECT skill FROM desk.agent_skill WHERE agent_id = agent.id))
    UNION ALL
    SELECT 'there is no department, so no ticket can be routed' WHERE NOT EXISTS (SELECT 1 FROM desk.department)
    UNION ALL
    SELECT channel || ' ' || coalesce(display_number, external_id) || ' belongs to no branch (external_id '
           || external_id || ')'
      FROM inbox.channel_account AS account JOIN inbox.branch ON branch.id = branch_id
     WHERE branch.code = 'unassigned' AND account.active
    ORDER BY sentence
"""


def find(uow: UnitOfWork) -> list[str]:
    """Every shortcoming there is now; empty when each ticket has somebody to go to and escalate to."""
    return [row["sentence"] for row in uow.all(_FOUND)]

"""Putting a company's document into the database: what is new is made, what is there is brought up to date.

Entries are found again by their natural keys: a branch or department by its code, a number by channel and external id,
an agent by e-mail, a rule by its place in the list, a customer by e-mail or phone, a template by portfolio, name and
language, a setting by its key. What a
document does not name stays as it is; only the list of rules, where one is given, is the whole list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from relevo import clock, ids, inbox, knowledge, platform
from relevo.channels.phones import digits, variants
from relevo.company import references, shortcomings
from relevo.company.document import Account, Agent, Branch, Company, Customer, Department, RoutingRule, Template
from relevo.db import UnitOfWork, transition

_UNSET = object()


def load(uow: UnitOfWork, company: Company, *, actor: str) -> dict[str, Any]:
    """Make the database say what the document says; how many entries of each kind it has, and `warnings`: what would
    keep a ticket from reaching somebody. Raises InvalidInput that names every place that points at nothing."""
    references.check(uow, company)
    for key, value in company.settings.items():
        if platform.setting(uow, key, _UNSET) != value:
            platform.change_setting(uow, key, value, actor=actor, reason="company document")
    for branch in company.branches:
        _branch(uow, branch)
    _departments(uow, company.departments)
    _agents(uow, company.agents)
    _supervisors(uow, company)
    if company.routing_rules is not None:
        _rules(uow, company.routing_rules)
    for customer in company.customers:
        _customer(uow, customer, actor)
    for template in company.templates:
        _template(uow, template)
    summary: dict[str, Any] = {
        "settings": len(company.settings),
        "branches": len(company.branches),
        "accounts": sum(len(branch.accounts) for branch in company.branches),
        "departments": len(company.departments),
        "agents": len(company.agents),
        "routing_rules": len(company.routing_rules or []),
        "customers": len(company.customers),
        "templates": len(company.templates),
        "warnings": shortcomings.find(uow),
    }
    return summary | (learn(uow, company.articles, actor=actor) if company.articles else {})


def learn(uow: UnitOfWork, entries: Sequence[knowledge.Entry], *, actor: str) -> dict[str, Any]:
    """Write, publish and learn these articles: how many translations were given, how many articles are found."""
    saved = knowledge.save_collection(uow, entries, actor=actor)
    return {"translations": saved, "articles": knowledge.refresh(uow)}


def _branch(uow: UnitOfWork, branch: Branch) -> None:
    uow.execute(
        "INSERT INTO inbox.branch AS known"
        " (id, code, name, timezone, language, currency, assignment, faithful, tax_rate, legal_name, tax_id, address,"
        "   receipt_footer, logo, created_at)"
        " VALUES (%(id)s, %(code)s, %(name)s, %(timezone)s, %(language)s, %(currency)s,"
        "   coalesce(%(assignment)s, 'automatic'), coalesce(%(faithful)s::boolean, true),"
        "   coalesce(%(tax_rate)s, 0.16), %(legal_name)s, %(tax_id)s, %(address)s, %(receipt_footer)s, %(logo)s,"
        "   %(now)s)"
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name, timezone = excluded.timezone,"
        " language = excluded.language, currency = excluded.currency,"
        " assignment = coalesce(%(assignment)s, known.assignment),"
        " faithful = coalesce(%(faithful)s::boolean, known.faithful),"
        " tax_rate = coalesce(%(tax_rate)s, known.tax_rate),"
        " legal_name = coalesce(excluded.legal_name, known.legal_name),"
        " tax_id = coalesce(excluded.tax_id, known.tax_id), address = coalesce(excluded.address, known.address),"
        " receipt_footer = coalesce(excluded.receipt_footer, known.receipt_footer),"
        " logo = coalesce(excluded.logo, known.logo)",
        {**branch.model_dump(exclude={"accounts"}), "id": ids.new_id(), "now": clock.now()},
    )
    for account in branch.accounts:
        _account(uow, branch.code, account)


def _account(uow: UnitOfWork, branch: str, account: Account) -> None:
    """The number answers for the branch from now on. Its portfolio stays once people have written: their identities
    are kept under it."""
    uow.execute(
        "INSERT INTO inbox.channel_account AS known"
        " (id, branch_id, channel, external_id, display_number, portfolio, created_at)"
        " SELECT %(id)s, branch.id, %(channel)s, %(external_id)s, %(display_number)s, %(portfolio)s, %(now)s"
        "   FROM inbox.branch WHERE code = %(branch)s"
        " ON CONFLICT (channel, external_id) DO UPDATE SET branch_id = excluded.branch_id,"
        " display_number = excluded.display_number, active = true, portfolio = CASE WHEN EXISTS"
        "   (SELECT 1 FROM inbox.conversation WHERE channel_account_id = known.id)"
        "   THEN known.portfolio ELSE excluded.portfolio END",
        {**account.model_dump(), "branch": branch, "id": ids.new_id(), "now": clock.now()},
    )


def _departments(uow: UnitOfWork, departments: Sequence[Department]) -> None:
    for department in departments:
        uow.execute(
            "INSERT INTO desk.department (id, code, name) VALUES (%s, %s, %s)"
            " ON CONFLICT (code) DO UPDATE SET name = excluded.name",
            (ids.new_id(), department.code, department.name),
        )


def _agents(uow: UnitOfWork, agents: Sequence[Agent]) -> None:
    for agent in agents:
        row = uow.one(
            "INSERT INTO desk.agent AS known (id, name, email, department_id, branch_id, seniority, max_tickets,"
            "   max_conversations, language, notify, available)"
            " SELECT %(id)s, %(name)s, %(email)s, department.id,"
            "   (SELECT id FROM inbox.branch WHERE code = %(branch)s), %(seniority)s, %(max_tickets)s,"
            "   coalesce(%(max_conversations)s::int, 5), %(language)s, %(notify)s,"
            "   coalesce(%(available)s::boolean, true)"
            "   FROM desk.department WHERE code = %(department)s"
            " ON CONFLICT (email) DO UPDATE SET name = excluded.name, department_id = excluded.department_id,"
            " branch_id = excluded.branch_id, seniority = excluded.seniority, max_tickets = excluded.max_tickets,"
            " max_conversations = coalesce(%(max_conversations)s::int, known.max_conversations),"
            " language = excluded.language, notify = excluded.notify,"
            " available = coalesce(%(available)s::boolean, known.available) RETURNING id",
            agent.model_dump()
            | {"id": ids.new_id(), "notify": Jsonb([t.model_dump(exclude_none=True) for t in agent.notify])},
        )
        assert row is not None
        _skills(uow, row["id"], agent.skills)


def _skills(uow: UnitOfWork, agent_id: UUID, skills: Sequence[str]) -> None:
    uow.execute("DELETE FROM desk.agent_skill WHERE agent_id = %s AND skill <> ALL(%s)", (agent_id, list(skills)))
    uow.execute(
        "INSERT INTO desk.agent_skill (agent_id, skill) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
        (agent_id, list(skills)),
    )


def _supervisors(uow: UnitOfWork, company: Company) -> None:
    """Once every agent is there: a supervisor may stand anywhere in the list."""
    for agent in company.agents:
        uow.execute(
            "UPDATE desk.agent SET supervisor_id = (SELECT id FROM desk.agent WHERE email = %s) WHERE email = %s",
            (agent.supervisor, agent.email),
        )
    for department in company.departments:
        uow.execute(
            "UPDATE desk.department SET supervisor_id = (SELECT id FROM desk.agent WHERE email = %s) WHERE code = %s",
            (department.supervisor, department.code),
        )


def _rules(uow: UnitOfWork, rules: Sequence[RoutingRule]) -> None:
    uow.execute("DELETE FROM desk.routing_rule WHERE position > %s", (len(rules),))
    for position, rule in enumerate(rules, 1):
        uow.execute(
            "INSERT INTO desk.routing_rule (id, position, name, conditions, department_id, skills, agent_id)"
            " SELECT %(id)s, %(position)s, %(name)s, %(conditions)s, department.id, %(skills)s,"
            "   (SELECT id FROM desk.agent WHERE email = %(agent)s)"
            "   FROM desk.department WHERE code = %(department)s"
            " ON CONFLICT (position) DO UPDATE SET name = excluded.name, conditions = excluded.conditions,"
            " department_id = excluded.department_id, skills = excluded.skills, agent_id = excluded.agent_id,"
            " active = true",
            rule.model_dump()
            | {
                "id": ids.new_id(),
                "position": position,
                "conditions": Jsonb(rule.conditions.model_dump(exclude_none=True)),
            },
        )


def _customer(uow: UnitOfWork, customer: Customer, actor: str) -> None:
    facts = customer.model_dump() | {"phone": digits(customer.phone) if customer.phone else None}
    known = uow.one(
        "SELECT id, name, phone, email, tier, language FROM crm.customer"
        " WHERE lower(email) = %s OR phone = ANY(%s::text[]) ORDER BY lower(email) = %s DESC NULLS LAST, id LIMIT 1",
        (customer.email, list(variants(customer.phone or "")), customer.email),
    )
    if known is None:
        uow.execute(
            "INSERT INTO crm.customer (id, name, phone, email, tier, language, created_at, updated_at)"
            " VALUES (%(id)s, %(name)s, %(phone)s, %(email)s, %(tier)s, %(language)s, %(now)s, %(now)s)",
            facts | {"id": ids.new_id(), "now": clock.now()},
        )
        return
    wanted = {fact: value for fact, value in facts.items() if value is not None}
    if known["phone"] in variants(customer.phone or ""):
        wanted.pop("phone")  # another way to write the same phone: WhatsApp's own stays
    news = {fact: (known[fact], value) for fact, value in wanted.items() if known[fact] != value}
    if news:
        now = clock.now()
        uow.execute(
            "UPDATE crm.customer SET name = %(name)s, phone = %(phone)s, email = %(email)s, tier = %(tier)s,"
            " language = %(language)s, updated_at = %(now)s WHERE id = %(id)s",
            known | {fact: new for fact, (_, new) in news.items()} | {"now": now},
        )
        transition(uow, "crm.customer_change", known["id"], news, actor=actor, reason="company document")


def _template(uow: UnitOfWork, template: Template) -> None:
    uow.execute(
        "INSERT INTO inbox.message_template AS known (id, channel, portfolio, name, language, category, body,"
        "   parameters, active, updated_at)"
        " VALUES (%(id)s, %(channel)s, %(portfolio)s, %(name)s, %(language)s, %(category)s, %(body)s, %(parameters)s,"
        "   %(active)s, %(now)s)"
        " ON CONFLICT (channel, portfolio, name, language) DO UPDATE SET category = excluded.category,"
        " body = excluded.body, parameters = excluded.parameters, active = excluded.active,"
        " updated_at = excluded.updated_at"
        " WHERE (known.category, known.body, known.active) <> (excluded.category, excluded.body, excluded.active)",
        template.model_dump() | {"id": ids.new_id(), "parameters": inbox.places(template.body), "now": clock.now()},
    )

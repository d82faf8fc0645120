"""A company comes in as one JSON document, as often as one likes, and its tickets then reach somebody."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from infra.local import seed
from infra.local.pipeline import Pipeline
from relevo import company
from relevo.db import Database
from relevo.desk import routing
from relevo.errors import InvalidInput
from tests.support import meta, world
from tests.support.events import sample

TABLES = (
    "inbox.branch",
    "inbox.channel_account",
    "desk.department",
    "desk.agent",
    "desk.agent_skill",
    "desk.routing_rule",
    "crm.customer",
    "crm.customer_change",
    "inbox.message_template",
    "platform.setting",
    "platform.setting_change",
)


@pytest.fixture
def document() -> dict[str, Any]:
    """The seed's company, without its articles: learning them takes a second."""
    return {part: deepcopy(value) for part, value in seed.document().items() if part != "articles"}


def loaded(database: Database, document: dict[str, Any]) -> dict[str, Any]:
    with database.unit_of_work() as uow:
        return company.load(uow, company.parse(document), actor="operator")


def state(database: Database) -> dict[str, list[Any]]:
    with database.unit_of_work() as uow:
        return {table: uow.all(f"SELECT * FROM {table} AS t ORDER BY t::text") for table in TABLES}


def one(database: Database, query: str, *parameters: Any) -> dict[str, Any]:
    with database.unit_of_work() as uow:
        row = uow.one(query, parameters)
    assert row is not None
    return row


def test_loading_again_changes_nothing(database: Database, document: dict[str, Any]) -> None:
    # Given a company that was loaded
    first = loaded(database, document)
    before = state(database)
    # When the same document is loaded again
    second = loaded(database, document)
    # Then not a row is another, and nothing is found wanting
    assert state(database) == before
    assert first == second and first["warnings"] == []
    assert (first["branches"], first["agents"], first["routing_rules"]) == (2, 5, 5)


def test_a_changed_entry_is_found_again_by_its_key(database: Database, document: dict[str, Any]) -> None:
    # Given a company
    loaded(database, document)
    # When names, a number's branch, an agent's skills, a setting, a tier and the rules change
    document["branches"][0]["name"] = "Centro Histórico"
    document["branches"][1]["accounts"].append(document["branches"][0]["accounts"].pop())
    document["agents"][1] |= {"skills": ["network"], "available": False}
    document["settings"]["company.name"] = "Otra"
    document["customers"][1]["tier"] = "vip"
    document["routing_rules"] = document["routing_rules"][3:]
    loaded(database, document)
    # Then they are changed in place, with their history where there is one
    moved = one(
        database,
        "SELECT branch.code FROM inbox.channel_account JOIN inbox.branch ON branch.id = branch_id"
        " WHERE external_id = '100000000000001'",
    )
    assert moved["code"] == "norte"
    assert one(database, "SELECT name FROM inbox.branch WHERE code = 'centro'")["name"] == "Centro Histórico"
    agent = one(
        database,
        "SELECT available, array_agg(skill) AS skills FROM desk.agent JOIN desk.agent_skill ON agent_id = agent.id"
        " WHERE email = 'mateo@relevo.example' GROUP BY 1",
    )
    assert agent == {"available": False, "skills": ["network"]}
    names = one(database, "SELECT array_agg(name ORDER BY position) AS names FROM desk.routing_rule")["names"]
    assert names == [rule["name"] for rule in document["routing_rules"]]
    change = one(database, "SELECT old, new, actor FROM platform.setting_change WHERE old <> 'null'")
    assert change == {"old": "Relevo Demo", "new": "Otra", "actor": "operator"}
    change = one(database, "SELECT field, old, new FROM crm.customer_change")
    assert change == {"field": "tier", "old": "standard", "new": "vip"}


def test_what_people_set_in_the_console_stays_where_the_document_is_silent(
    database: Database, document: dict[str, Any]
) -> None:
    # Given a company whose document says how one branch and one agent work
    document["branches"][0] |= {"assignment": "manual", "faithful": False}
    document["agents"][0]["max_conversations"] = 2
    loaded(database, document)
    branch = "SELECT assignment, faithful FROM inbox.branch WHERE code = 'centro'"
    agent = "SELECT max_conversations FROM desk.agent ORDER BY email LIMIT 1"
    assert one(database, branch) == {"assignment": "manual", "faithful": False}
    # When somebody changes both in the console, and a document without a word about them is loaded
    with database.unit_of_work() as uow:
        uow.execute("UPDATE inbox.branch SET assignment = 'automatic'")
        uow.execute("UPDATE desk.agent SET max_conversations = 9")
    for part in (document["branches"][0], document["agents"][0]):
        for field in ("assignment", "faithful", "max_conversations"):
            part.pop(field, None)
    loaded(database, document)
    # Then what they set stays
    assert one(database, branch) == {"assignment": "automatic", "faithful": False}
    assert one(database, agent) == {"max_conversations": 9}


def test_a_number_that_already_received_messages_gets_its_branch_and_keeps_its_people(
    pipeline: Pipeline, database: Database, document: dict[str, Any]
) -> None:
    # Given a customer who wrote to a number before anybody had configured it
    pipeline.handler("intake")(meta.post(meta.webhook(meta.text_message("hola"))), None)
    pipeline.drain()
    # When the company is loaded, and they write again
    loaded(database, document)
    pipeline.handler("intake")(meta.post(meta.webhook(meta.text_message("¿hay alguien?"))), None)
    pipeline.drain()
    # Then the number belongs to its branch, and the customer is the same
    account = one(
        database,
        "SELECT branch.code FROM inbox.channel_account JOIN inbox.branch ON branch.id = branch_id"
        " WHERE external_id = %s",
        meta.NUMBER,
    )
    assert account["code"] == "centro"
    assert one(database, "SELECT count(*) AS n FROM inbox.identity")["n"] == 1


def test_a_part_of_a_company_is_a_document_too(database: Database, document: dict[str, Any]) -> None:
    # Given a company
    loaded(database, document)
    # When one agent is added, in a department and under a supervisor that are there
    ana = {"name": "Ana", "email": "Ana@relevo.example", "department": "sales", "supervisor": "lucia@relevo.example"}
    loaded(database, {"agents": [ana]})
    # Then there is one agent more, and the rest stands
    assert one(database, "SELECT count(*) AS n FROM desk.agent WHERE available")["n"] == 6
    assert one(database, "SELECT count(*) AS n FROM desk.routing_rule")["n"] == 5


def test_what_points_at_nothing_is_named_and_nothing_is_loaded(database: Database, document: dict[str, Any]) -> None:
    # Given a document with four slips
    document["agents"][1]["department"] = "tecnical"
    document["departments"][0]["supervisor"] = "nobody@relevo.example"
    document["routing_rules"][2]["conditions"] = {"branch": ["sur"]}
    document["branches"][0]["timezone"] = "America/Atlantis"
    # When it is loaded
    with pytest.raises(InvalidInput) as refused:
        loaded(database, document)
    # Then every place is named
    assert str(refused.value).split("; ") == [
        "branches.0.timezone: there is no time zone 'America/Atlantis'",
        "departments.0.supervisor: there is no agent 'nobody@relevo.example'",
        "agents.1.department: there is no department 'tecnical'",
        "routing_rules.2.conditions.branch.0: there is no branch 'sur'",
    ]
    assert one(database, "SELECT count(*) AS n FROM inbox.branch")["n"] == 0


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "document"),
        ({"brunches": []}, "brunches"),
        ({"branches": [{"code": "Centro"}]}, "branches.0.code"),
        ({"branches": [{"code": "unassigned", "name": "x", "timezone": "UTC", "currency": "USD"}]}, "branches.0.code"),
        ({"agents": [{"name": "Ana", "email": "ana", "department": "x"}]}, "agents.0.email"),
        ({"routing_rules": [{"name": "x", "department": "x", "conditions": {"word": []}}]}, "0.conditions.word"),
        ({"settings": {"notify.company": [{"channel": "slack"}]}}, "settings: .*notify.company"),
        ({"customers": [{"name": "Nobody"}]}, "customers.0: .*phone or an e-mail"),
        ({"articles": [{"slug": "A"}]}, "articles.0.slug"),
        ({"departments": [{"code": "a", "name": "A"}, {"code": "a", "name": "B"}]}, "departments.1.code: a is given"),
    ],
)
def test_a_wrong_document_is_refused_with_the_place(document: Any, place: str) -> None:
    # Given a document that breaks the form
    # When it is parsed, then the error says where
    with pytest.raises(InvalidInput, match=place):
        company.parse(document)


def test_what_would_keep_a_ticket_from_people_is_told(database: Database, document: dict[str, Any]) -> None:
    # Given a company with a department nobody works in or supervises, and a rule for skills nobody has
    document["departments"].append({"code": "security", "name": "Seguridad"})
    document["routing_rules"][0] |= {"department": "security"}
    # When it is loaded, then the summary says so
    assert loaded(database, document)["warnings"] == [
        "department security has no agent who takes tickets",
        "department security has no supervisor, so nobody in charge is told of its escalations",
        'rule "Seguridad primero": no agent of security has the skills security',
    ]


def test_before_a_company_there_is_nobody_and_after_it_a_message_reaches_an_agent(
    pipeline: Pipeline, database: Database
) -> None:
    # Given a new installation, configured by the operator's call alone
    answer = pipeline.handler("configure")({"company": seed.document()}, None)
    assert answer["company"]["articles"] == 6 and answer["company"]["warnings"] == []
    # When a customer writes what only people can answer
    text = meta.text_message("me hackearon la cuenta, alguien entró y cambió mi contraseña")
    assert pipeline.handler("intake")(meta.post(meta.webhook(text)), None)["statusCode"] == 200
    pipeline.drain()
    # Then the ticket is with the agent who knows about security, and she is told
    assert not pipeline.dead
    ticket = one(
        database,
        "SELECT category, department.code, agent.email FROM desk.ticket"
        " JOIN desk.department ON department.id = ticket.department_id JOIN desk.agent ON agent.id = agent_id",
    )
    assert ticket == {"category": "security", "code": "technical", "email": "lucia@relevo.example"}
    told = one(database, "SELECT channel, status FROM platform.notification")
    assert told == {"channel": "console", "status": "sent"}


SEEDED = [
    ("Seguridad primero", {"category": "security"}, "low", "centro", "lucia"),
    ("Caídas y críticos a técnico", {"subject": "El servidor está caído"}, "critical", "centro", "mateo"),
    ("Reembolsos", {"subject": "Quiero un reembolso"}, "medium", "centro", "valeria"),
    ("Clientes VIP de ventas", {"category": "sales", "tier": "vip"}, "medium", "norte", "diego"),
    ("Clientes en inglés", {"language": "en"}, "medium", "norte", "emma"),
    ("category", {"category": "billing"}, "low", "centro", "valeria"),
    ("category", {"category": "general"}, "low", "norte", "emma"),
]


@pytest.mark.parametrize(("rule", "about", "priority", "branch", "email"), SEEDED)
def test_every_seeded_rule_and_department_has_somebody_and_an_escalation_reaches_the_supervisor(
    pipeline: Pipeline,
    database: Database,
    document: dict[str, Any],
    rule: str,
    about: Any,
    priority: str,
    branch: str,
    email: str,
) -> None:
    # Given the seed's company
    loaded(database, document)
    # When a ticket for one of its rules or departments is routed
    route_ticket(database, branch, about, priority)
    # Then somebody has it
    assert routed(pipeline) == [rule]
    agent = one(database, "SELECT email FROM desk.ticket JOIN desk.agent ON agent.id = agent_id")
    assert agent["email"] == f"{email}@relevo.example"
    # And when it is far past its target, the supervisor finds a word about it in the console
    assert supervisor_is_told(pipeline, database)


@pytest.mark.parametrize(("branch", "category"), [("norte", "billing"), ("centro", "sales"), ("centro", "general")])
def test_what_nobody_of_the_branch_works_on_waits_in_its_department_and_reaches_the_supervisor(
    pipeline: Pipeline, database: Database, document: dict[str, Any], branch: str, category: str
) -> None:
    # Given the seed's company, whose departments have somebody in one branch only
    others = {agent["department"]: agent for agent in document["agents"] if agent["branch"] is None}
    others[category]["branch"] = "centro" if branch == "norte" else "norte"
    loaded(database, document)
    # When a ticket comes to the branch where its department has nobody
    route_ticket(database, branch, {"category": category}, "low")
    # Then it waits in the queue of its department
    waiting = one(database, "SELECT code, agent_id FROM desk.ticket JOIN desk.department AS d ON d.id = department_id")
    assert waiting == {"code": category, "agent_id": None}
    # And when it is far past its target, the supervisor finds a word about it in the console
    assert supervisor_is_told(pipeline, database)


def route_ticket(database: Database, branch: str, about: dict[str, Any], priority: str) -> None:
    fields = dict(about)
    with database.unit_of_work() as uow:
        branch_id = one(database, "SELECT id FROM inbox.branch WHERE code = %s", branch)["id"]
        customer_id = world.customer(uow, tier=fields.pop("tier", "standard"))
        language = fields.pop("language", "es")
        opened = world.ticket(uow, customer_id, **fields)
        uow.execute("UPDATE desk.ticket SET language = %s, branch_id = %s", (language, branch_id))
        world.prioritize(uow, opened.id, priority)
        routing.route(uow, opened.id)


def supervisor_is_told(pipeline: Pipeline, database: Database) -> bool:
    """Whether Lucía finds a word in the console about the ticket, once it is far past its target."""
    with database.unit_of_work() as uow:
        uow.execute("UPDATE desk.ticket SET created_at = created_at - interval '3 days'")
    pipeline.handler("escalate")(sample("escalate/schedule_fired"), None)
    pipeline.drain()
    notice = one(
        database,
        "SELECT email, channel FROM platform.notification AS notice JOIN desk.agent ON agent.id = notice.agent_id"
        " WHERE template = 'escalated' AND email = 'lucia@relevo.example'",
    )
    return bool(notice["channel"] == "console")


def routed(pipeline: Pipeline) -> list[str]:
    """The rules that tickets were routed by."""
    return [json.loads(m.body)["detail"]["rule"] for m in pipeline.published if m.name == "ticket.routed"]


def test_templates_come_with_the_company_and_are_corrected_by_loading_again(
    database: Database, document: dict[str, Any]
) -> None:
    # Given a company with templates in two languages
    summary = loaded(database, document)
    assert summary["templates"] == len(document["templates"]) == 10
    # When one is loaded again with other words, and taken out of use
    template = document["templates"][0]
    changed = {**template, "body": "Hola {{1}}, ¿seguimos?", "active": False}
    loaded(database, {"templates": [changed]})
    # Then it is that one that changed
    row = one(
        database,
        "SELECT body, parameters, active FROM inbox.message_template WHERE name = %s AND language = %s",
        template["name"],
        template["language"],
    )
    assert row == {"body": "Hola {{1}}, ¿seguimos?", "parameters": 1, "active": False}


@pytest.mark.parametrize("body", ["Hola {{2}}", "{{1}} y {{3}}", "{{0}}"])
def test_a_template_whose_places_have_a_gap_is_refused(document: dict[str, Any], body: str) -> None:
    # When a template's places do not count from one, then its entry is named
    document["templates"][0]["body"] = body
    with pytest.raises(InvalidInput, match=r"templates\.0\.body"):
        company.parse(document)

"""The form of a company's document, and where it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from relevo.channels.phones import digits
from relevo.desk import Conditions
from relevo.errors import InvalidInput
from relevo.inbox import places
from relevo.knowledge import Entry
from relevo.notify import Target, parse_targets

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60)]
Email = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]

M = TypeVar("M", bound=BaseModel)


class Part(BaseModel):
    """What no field is known for is a slip of the pen, not an extension."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Account(Part):
    """A number or page. `external_id` is Meta's phone_number_id or page id; customers' identities are shared by the
    accounts of one portfolio (Meta's business portfolio)."""

    channel: Literal["whatsapp", "messenger", "instagram"]
    external_id: Annotated[str, StringConstraints(pattern=r"^\d{1,40}$")]
    display_number: Name | None = None
    portfolio: Name = "default"


class Branch(Part):
    """A place of the company, with the numbers customers write to. Without `assignment` (automatic: what waits is given
    to free agents) and `faithful` (to whom the customer knows) a branch stays what it is; a new one is both. Likewise
    without `tax_rate` (a share; a new one's is 0.16) and what stands on its quotes and receipts; `logo` is a key of the
    media bucket."""

    code: Code
    name: Name
    timezone: Name
    language: Language = "es"
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    assignment: Literal["automatic", "manual"] | None = None
    faithful: bool | None = None
    tax_rate: Annotated[Decimal, Field(ge=0, lt=1, decimal_places=4, allow_inf_nan=False)] | None = None
    legal_name: Name | None = None
    tax_id: Name | None = None
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)] | None = None
    receipt_footer: Name | None = None
    logo: Annotated[str, StringConstraints(pattern=r"^logos/[\w.-]{1,200}$")] | None = None
    accounts: list[Account] = []

    @field_validator("code")
    @classmethod
    def _is_free(cls, code: str) -> str:
        if code == "unassigned":
            raise ValueError("is the branch of numbers that have none; choose another code")
        return code


class Department(Part):
    """A department; its supervisor, one of the agents, is told of escalations."""

    code: Code
    name: Name
    supervisor: Email | None = None


class Agent(Part):
    """Somebody who works on tickets and holds conversations. Without `available` and `max_conversations` an agent stays
    as they are; a new one is available and holds five."""

    name: Name
    email: Email
    department: Code
    branch: Code | None = None
    seniority: Annotated[int, Field(ge=1, le=5)] = 1
    max_tickets: Annotated[int, Field(ge=0, le=1000)] = 5
    max_conversations: Annotated[int, Field(ge=0, le=100)] | None = None
    language: Language = "es"
    supervisor: Email | None = None
    skills: list[Name] = []
    notify: list[Target] = []
    available: bool | None = None


class RoutingRule(Part):
    """Tickets that meet the conditions go to the department, to whoever has the skills; `agent` is asked first."""

    name: Name
    conditions: Conditions
    department: Code
    skills: list[Name] = []
    agent: Email | None = None


class Customer(Part):
    """A customer known beforehand, found again by e-mail, else by phone."""

    name: Name | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[\d ()-]{7,30}$")] | None = None
    email: Email | None = None
    tier: Literal["standard", "frequent", "enterprise", "vip"] = "standard"
    language: Language | None = None

    @model_validator(mode="after")
    def _can_be_found(self) -> Customer:
        if not self.phone and not self.email:
            raise ValueError("needs a phone or an e-mail")
        return self


class Template(Part):
    """A message template the channel has approved for a portfolio; {{1}}, {{2}}… in the body are filled at sending."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,512}$")]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")]
    category: Literal["utility", "marketing", "authentication"]
    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1024)]
    channel: Literal["whatsapp"] = "whatsapp"
    portfolio: Name = "default"
    active: bool = True

    @field_validator("body")
    @classmethod
    def _has_places_in_order(cls, body: str) -> str:
        try:
            places(body)
        except InvalidInput as error:
            raise ValueError(str(error)) from error
        return body


class Company(Part):
    """The whole document. `routing_rules`, where given, is the whole list, the first that applies decides."""

    settings: dict[Name, Any] = {}
    branches: list[Branch] = []
    departments: list[Department] = []
    agents: list[Agent] = []
    routing_rules: list[RoutingRule] | None = None
    customers: list[Customer] = []
    templates: list[Template] = []
    articles: list[Entry] = []

    @field_validator("settings")
    @classmethod
    def _channels_are_right(cls, settings: dict[str, Any]) -> dict[str, Any]:
        for key, value in settings.items():
            if key.startswith("notify."):
                try:
                    parse_targets(value)
                except InvalidInput as error:
                    raise ValueError(f"{key}: {error}") from error
        return settings


def parse(document: Any) -> Company:
    """The company of a decoded JSON document. Raises InvalidInput that names every place that is wrong, and how."""
    company = validated(Company, document)
    if problems := list(twice(company)):
        raise InvalidInput("; ".join(problems))
    return company


def validated(model: type[M], document: Any) -> M:
    """The document as this model. Raises InvalidInput that names every place that is wrong, and how."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        raise InvalidInput(
            "; ".join(f"{'.'.join(map(str, e['loc'])) or 'document'}: {e['msg']}" for e in found)
        ) from error


def twice(company: Company) -> Iterator[str]:
    """Every place whose key another entry of the document has already."""
    seen = set[tuple[str, ...]]()
    for place, key in _keys(company):
        if key in seen:
            yield f"{place}: {key[-1]} is given twice"
        seen.add(key)


def _keys(company: Company) -> Iterator[tuple[str, tuple[str, ...]]]:
    for b, branch in enumerate(company.branches):
        yield f"branches.{b}.code", ("branch", branch.code)
        for a, account in enumerate(branch.accounts):
            yield f"branches.{b}.accounts.{a}.external_id", ("account", account.channel, account.external_id)
    for n, department in enumerate(company.departments):
        yield f"departments.{n}.code", ("department", department.code)
    for n, agent in enumerate(company.agents):
        yield f"agents.{n}.email", ("agent", agent.email)
    for n, rule in enumerate(company.routing_rules or []):
        yield f"routing_rules.{n}.name", ("rule", rule.name)
    yield from _keys_of_customers(company)
    for n, template in enumerate(company.templates):
        key = (template.channel, template.portfolio, template.language, template.name)
        yield f"templates.{n}.name", ("template", *key)
    for n, entry in enumerate(company.articles):
        yield f"articles.{n}.slug", ("article", entry.slug)


def _keys_of_customers(company: Company) -> Iterator[tuple[str, tuple[str, ...]]]:
    for n, customer in enumerate(company.customers):
        if customer.email:
            yield f"customers.{n}.email", ("customer", customer.email)
        if customer.phone:
            yield f"customers.{n}.phone", ("customer", digits(customer.phone))

"""What goes over the wire about agents, departments, branches and their numbers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from relevo.api.models import Answer, Request
from relevo.api.text import Email, Language, Line, Prose

Assignment = Literal["automatic", "manual"]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
ExternalId = Annotated[str, StringConstraints(pattern=r"^\d{1,40}$")]
TaxRate = Annotated[Decimal, Field(ge=0, lt=1, decimal_places=4, allow_inf_nan=False)]
Logo = Annotated[str, StringConstraints(pattern=r"^logos/[\w.-]{1,200}$")]


class Place(Answer):
    """A department or a branch by its name."""

    id: UUID
    code: str
    name: str


class Agent(Answer):
    """Somebody who works for customers. `available` is what they say, `online` whether their console is open; who has
    no branch works for all of them."""

    id: UUID
    name: str
    email: str
    department: Place
    branch: Place | None
    seniority: int
    available: bool
    online: bool
    seen_at: datetime | None
    open_conversations: int
    max_conversations: int
    open_tickets: int
    max_tickets: int
    skills: list[str]
    language: str
    user_id: UUID | None
    supervisor_id: UUID | None


class Agents(Answer):
    """Agents by name."""

    items: list[Agent]


class AgentQuery(Request):
    """Which agents: those who work for a branch."""

    branch: UUID | None = None


class AgentIn(Request):
    """A new agent. `user_id` is the user they sign in as."""

    name: Line
    email: Email
    department_id: UUID
    branch_id: UUID | None = None
    seniority: int = Field(1, ge=1, le=5)
    available: bool = True
    max_conversations: int = Field(5, ge=0, le=100)
    max_tickets: int = Field(5, ge=0, le=1000)
    skills: list[Line] = Field(default_factory=list, max_length=50)
    language: Language = "es"
    user_id: UUID | None = None
    supervisor_id: UUID | None = None

    def fields(self) -> dict[str, Any]:
        """Everything but the skills."""
        return self.model_dump(exclude={"skills"})


class Patch(Request):
    """Fields to change; those left out stay."""

    emptied: ClassVar[frozenset[str]] = frozenset()
    """Fields that null empties."""

    @model_validator(mode="after")
    def _changes_something(self) -> Patch:
        if not self.model_fields_set:
            raise ValueError("names no field to change")
        if nulls := sorted(f for f in self.model_fields_set - self.emptied if getattr(self, f) is None):
            raise ValueError(f"{', '.join(nulls)} cannot be null; leave it out to keep it")
        return self

    def changes(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(include=self.model_fields_set)


class AgentPatch(Patch):
    """Fields of an agent to change. Null takes branch, user and supervisor away."""

    emptied = frozenset({"branch_id", "user_id", "supervisor_id"})

    name: Line | None = None
    email: Email | None = None
    department_id: UUID | None = None
    branch_id: UUID | None = None
    seniority: int | None = Field(None, ge=1, le=5)
    available: bool | None = None
    max_conversations: int | None = Field(None, ge=0, le=100)
    max_tickets: int | None = Field(None, ge=0, le=1000)
    skills: list[Line] | None = Field(None, max_length=50)
    language: Language | None = None
    user_id: UUID | None = None
    supervisor_id: UUID | None = None


class Availability(Request):
    """Whether an agent takes new conversations."""

    available: bool


class Department(Place):
    """A department; its supervisor, an agent, is told of escalations."""

    supervisor_id: UUID | None


class Departments(Answer):
    """Departments by name."""

    items: list[Department]


class Account(Answer):
    """A number or page customers write to; `external_id` is Meta's id of it."""

    id: UUID
    channel: Literal["whatsapp", "messenger", "instagram"]
    external_id: str
    display_number: str | None
    active: bool


class Branch(Place):
    """A branch with its numbers. With `assignment` automatic, what waits is given to free agents; `faithful` prefers
    the agent who attended the customer before. `tax_rate` (a share, as in "0.16") is added to prices; legal name, tax
    id, address, footer and logo (a key of the media bucket) stand on quotes and receipts."""

    timezone: str
    language: str
    currency: str
    assignment: Assignment
    faithful: bool
    tax_rate: Decimal
    legal_name: str | None
    tax_id: str | None
    address: str | None
    receipt_footer: str | None
    logo: str | None
    accounts: list[Account]


class Branches(Answer):
    """Branches by name."""

    items: list[Branch]


class BranchIn(Request):
    """A new branch."""

    code: Code
    name: Line
    timezone: Line = Field(examples=["America/Bogota"])
    language: Language = "es"
    currency: Currency = Field(examples=["COP"])
    assignment: Assignment = "automatic"
    faithful: bool = True
    tax_rate: TaxRate = Decimal("0.16")
    legal_name: Line | None = None
    tax_id: Line | None = None
    address: Prose | None = None
    receipt_footer: Line | None = None
    logo: Logo | None = None

    def fields(self) -> dict[str, Any]:
        """Everything but the code."""
        return self.model_dump(exclude={"code"})


class BranchPatch(Patch):
    """Fields of a branch to change; its code stays."""

    emptied = frozenset({"legal_name", "tax_id", "address", "receipt_footer", "logo"})

    name: Line | None = None
    timezone: Line | None = None
    language: Language | None = None
    currency: Currency | None = None
    assignment: Assignment | None = None
    faithful: bool | None = None
    tax_rate: TaxRate | None = None
    legal_name: Line | None = None
    tax_id: Line | None = None
    address: Prose | None = None
    receipt_footer: Line | None = None
    logo: Logo | None = None


class AccountIn(Request):
    """A number or page of a branch. Customers are recognized across the accounts of one portfolio (Meta's)."""

    channel: Literal["whatsapp", "messenger", "instagram"]
    external_id: ExternalId
    display_number: Line | None = None
    portfolio: Line = "default"


class AccountPatch(Patch):
    """`branch_id` moves the number to another branch."""

    emptied = frozenset({"display_number"})

    branch_id: UUID | None = None
    display_number: Line | None = None
    active: bool | None = None

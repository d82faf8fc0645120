"""What goes over the wire: requests refuse what they do not know, answers hold what they promise."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from relevo.api.text import Comment, Email, Language, Line, Phone, Prose, Word

Status = Literal["open", "in_progress", "waiting", "resolved", "closed"]
Source = Literal["web", "email", "phone", "chat", "api"]
Priority = Literal["critical", "urgent", "high", "medium", "low"]
Period = Annotated[str, StringConstraints(pattern=r"^(today|[1-9][0-9]{0,3}h|[1-9][0-9]{0,2}d)$")]


class Request(BaseModel):
    """What a caller sends: a field we do not know is refused by its name, rather than dropped in silence."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """What we send."""

    model_config = ConfigDict(from_attributes=True)


class CustomerIn(Request):
    """Who asks: by `id`, or by `email` or `phone`, which find a known customer or make a new one."""

    id: UUID | None = None
    email: Email | None = Field(None, examples=["ana@example.com"])
    phone: Phone | None = Field(None, examples=["+52 55 1234 5678"])
    name: Line | None = Field(None, examples=["Ana García"])
    company: Line | None = None

    @model_validator(mode="after")
    def _found_by_something(self) -> CustomerIn:
        if self.id is None and self.email is None and self.phone is None:
            raise ValueError("needs an id, an email or a phone")
        return self


class TicketIn(Request):
    """A ticket to be opened."""

    subject: Line = Field(examples=["Problema con factura"])
    description: Prose = Field(examples=["No puedo descargar mi factura"])
    customer: CustomerIn
    source: Source = "api"
    category: Word = Field("general", examples=["billing"])
    branch_id: UUID | None = None
    language: Language | None = Field(None, examples=["es"])
    tags: list[Word] = Field(default_factory=list, max_length=20)


class TicketPatch(Request):
    """Fields to change; those left out stay. `reason` goes into the ticket's history.

    A `priority`, `department_id` or `agent_id` stays as it is set here, whatever the rules would say, until it is set
    to null: the rules decide again, and without an agent the ticket goes back to its department's queue.
    """

    status: Status | None = None
    subject: Line | None = None
    description: Prose | None = None
    category: Word | None = None
    branch_id: UUID | None = None
    language: Language | None = None
    tags: list[Word] | None = Field(None, max_length=20)
    priority: Priority | None = None
    department_id: UUID | None = None
    agent_id: UUID | None = None
    reason: Line | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> TicketPatch:
        if not self.model_fields_set - {"reason"}:
            raise ValueError("names no field to change")
        if nulls := [f for f in ("status", "subject", "description", "category", "tags") if self._is_null(f)]:
            raise ValueError(f"{', '.join(nulls)} cannot be null; leave it out to keep it")
        return self

    def _is_null(self, name: str) -> bool:
        return name in self.model_fields_set and getattr(self, name) is None

    def changes(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(include=self.model_fields_set - {"reason"})


class CreationHeaders(BaseModel):
    """`Idempotency-Key`: the same key with the same body answers with what it made the first time."""

    idempotency_key: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")] | None = Field(
        None, alias="Idempotency-Key"
    )


class PageQuery(Request):
    """How much of a list, and from where."""

    limit: int = Field(25, ge=1, le=100)
    cursor: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description="`next` of the page before"
    )


class TicketQuery(PageQuery):
    """Which tickets, newest first."""

    status: Status | None = None
    priority: Priority | None = None
    category: Word | None = None
    source: Literal["whatsapp", "messenger", "instagram", "web", "email", "phone", "chat", "api"] | None = None
    agent_id: UUID | None = None
    customer_id: UUID | None = None
    branch_id: UUID | None = None
    department_id: UUID | None = None
    overdue: bool = Field(False, description="Only those past a target")
    deleted: bool = Field(False, description="The deleted ones instead of the others")
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    q: Line | None = Field(None, description='Words in Spanish or English, "as a phrase", or, -without')


class FeedbackQuery(PageQuery):
    """Which feedback, newest first."""

    ticket_id: UUID | None = None
    rating: int | None = Field(None, ge=1, le=5)


class StatsQuery(Request):
    """Over which time: `today`, or so many hours or days back, as in `24h`, `7d`, `30d`."""

    period: Period = "7d"
    branch: UUID | None = None


class FeedbackIn(Request):
    """How a customer found the handling of a ticket."""

    ticket_id: UUID
    rating: int = Field(ge=1, le=5, description="1 is worst")
    comment: Comment | None = None
    nps: int | None = Field(None, ge=0, le=10, description="how likely they recommend the company")


class Named(Answer):
    """Somebody by the name people know."""

    id: UUID
    name: str | None


class TicketCustomer(Named):
    """Whose ticket it is."""

    tier: str


class Coded(Named):
    """A department or a branch."""

    code: str


class Due(Answer):
    """The promise that runs out first: what, when, and whether that has passed."""

    kind: Literal["first_response", "resolution", "update"]
    due_at: datetime
    overdue: bool


class Ticket(Answer):
    """A ticket as it stands. `factors` explains the score, `by_hand` names the fields a person settled."""

    id: UUID
    number: int
    subject: str
    description: str
    status: Status
    source: str
    category: str
    customer_id: UUID
    conversation_id: UUID | None
    branch_id: UUID | None
    department_id: UUID | None
    agent_id: UUID | None
    priority: Priority | None
    score: int | None
    factors: list[dict[str, Any]]
    language: str | None
    tags: list[str]
    escalation_level: int
    created_at: datetime
    updated_at: datetime
    assigned_at: datetime | None
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    deleted_at: datetime | None
    by_hand: list[str]
    customer: TicketCustomer
    agent: Named | None
    department: Coded | None
    branch: Coded | None
    sla: Due | None


class Change(Answer):
    """One line of a ticket's history. `actor_name` is the person's, where a person did it."""

    field: str
    old: Any
    new: Any
    actor: str
    actor_name: str | None = None
    reason: str | None
    at: datetime


class Suggestion(Answer):
    """The article the bot would answer with."""

    article_id: UUID
    slug: str
    title: str
    text: str
    confidence: float


class TicketWithHistory(Ticket):
    """A ticket, what the bot would answer, and what happened to it, oldest first."""

    suggestion: Suggestion | None
    history: list[Change]


class AssignmentIn(Request):
    """Whom to give the ticket to; without `agent_id`, whoever is free in its department, as the rules would choose."""

    agent_id: UUID | None = None
    reason: Line | None = None


class DeletionQuery(Request):
    """`reason` goes into the history."""

    reason: Line | None = None


class Stats(Answer):
    """Figures of the tickets from `since` to now; `by_status` counts all tickets as they stand. Means are seconds."""

    period: str
    since: datetime
    created: int
    resolved: int
    closed: int
    escalated: int
    by_status: dict[str, int]
    by_priority: dict[str, int]
    by_category: dict[str, int]
    by_source: dict[str, int]
    mean_first_response_seconds: float | None
    mean_resolution_seconds: float | None


class TicketPage(Answer):
    """Tickets, newest first; `next` is the cursor of the following page, null on the last."""

    items: list[Ticket]
    next: str | None


class Feedback(Answer):
    """What a customer said about a ticket."""

    id: UUID
    ticket_id: UUID
    customer_id: UUID
    rating: int
    nps: int | None
    comment: str | None
    created_at: datetime


class FeedbackPage(Answer):
    """Feedback, newest first."""

    items: list[Feedback]
    next: str | None


class Health(Answer):
    """Whether the service can do its work."""

    status: Literal["ok", "down"]
    database: Literal["ok", "down"]
    version: str


class FieldError(Answer):
    """One thing wrong with a request: where (a JSON pointer into the body, a parameter or a header) and what."""

    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None
    detail: str


class ProblemDetails(Answer):
    """Why a call did not succeed (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    correlation_id: UUID | None = None
    errors: list[FieldError] | None = None


class DocsQuery(Request):
    """`asset` names a file of the documentation page."""

    asset: Literal["style", "script"] | None = None

"""Contents of social networks and what became of them, as they go over the wire."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from relevo.api.models import Answer, PageQuery, Request
from relevo.api.text import Draft, Line
from relevo.social import Kind, Network, Purpose

Status = Literal["draft", "review", "approved", "scheduled", "published", "failed", "cancelled"]
State = Literal["planned", "due", "held", "published", "failed", "unknown", "cancelled"]
Token = Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=2_000)]


class NetworkLimits(Answer):
    """What a network takes. Sizes are bytes, lengths characters and seconds; ratios width divided by height."""

    network: Network
    kinds: list[Kind]
    text: int
    picture_text: int
    hashtags: int
    mentions: int
    pictures: int
    picture_types: list[str]
    picture_bytes: int
    picture_ratio: list[Decimal] | None
    video_types: list[str]
    video_bytes: int
    video_seconds: list[int]


class SocialNetworks(Answer):
    """Every network's limits, and the zone of the company's plan."""

    items: list[NetworkLimits]
    timezone: str


class SocialTiming(Answer):
    """What an account's best times rest on. Errors are mean absolute errors on the newest quarter of its posts (of the
    logarithm of engagement): what was learned, and the plain mean of the same hour."""

    method: Literal["prior", "shrinkage", "forest"]
    posts: int
    error: float | None
    naive_error: float | None


class SocialAccount(Answer):
    """A profile or page. One whose `state` is `reconnect` publishes nothing until it is connected again, for the
    `reason` its network gave."""

    id: UUID
    network: Network
    external_id: str
    name: str
    state: Literal["active", "reconnect"]
    reason: str | None
    token_expires_at: datetime | None
    ends_soon: bool
    weekly: int
    connected_at: datetime
    timing: SocialTiming | None


class SocialAccounts(Answer):
    """Where the company publishes."""

    items: list[SocialAccount]


class SocialAccountIn(Request):
    """An account and its token, which is kept apart and never told again. TikTok's come with a `refresh_token`, and the
    key and secret of the application it was made for."""

    network: Network
    external_id: Line
    name: Line
    access_token: Token
    expires_at: AwareDatetime | None = None
    refresh_token: Token | None = None
    client_key: Token | None = None
    client_secret: Token | None = None


class SocialAccountPatch(Request):
    """How many posts a week the plan keeps times for."""

    weekly: Annotated[int, Field(ge=0, le=21)]


class SocialMediaIn(Request):
    """A file about to be put: its name, its type, how many bytes."""

    filename: Line
    mime_type: Annotated[str, StringConstraints(max_length=100)]
    size: Annotated[int, Field(gt=0)]


class SocialMedia(Answer):
    """A picture or video. Width and height in pixels as it is shown; `url` is where it can be looked at for an hour."""

    id: UUID
    filename: str
    mime_type: str
    kind: Literal["image", "video"]
    size: int
    state: Literal["awaited", "ready", "refused"]
    reason: str | None
    width: int | None
    height: int | None
    seconds: float | None
    url: str | None


class SocialUpload(Answer):
    """Where the file is to be PUT within the hour, with exactly this content type; then say that it is there."""

    media: SocialMedia
    url: str


class SocialWording(Request):
    """An account the post goes to; `text` where it has other words there."""

    account_id: UUID
    text: Draft | None = None


class SocialPostIn(Request):
    """A content. What it is (text, image, carousel, video) its files say."""

    text: Draft
    media: list[UUID] = Field(default_factory=list, max_length=35)
    accounts: list[SocialWording] = Field(default_factory=list, max_length=20)
    purpose: Purpose | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({each.account_id for each in self.accounts}) != len(self.accounts):
            raise ValueError("names an account twice")
        return self


class SocialProblem(Answer):
    """Why a network would refuse the content, as code and in words; `place` is the file's, from one on."""

    code: str
    detail: str
    place: int | None


class SocialPublication(Answer):
    """The post on one account. `held` waits for its account, `unknown` for a person to look. `step` is how far it has
    come. `remedy` says what would help after a refusal: retry (by itself), fix (the content), reconnect (the account).
    `problems` are what its network would refuse now."""

    id: UUID
    account_id: UUID
    network: Network
    account_name: str
    account_state: str
    text: str | None
    state: State
    step: str
    due_at: datetime | None
    next_at: datetime | None
    attempts: int
    remedy: Literal["retry", "fix", "reconnect"] | None
    error_code: str | None
    error_detail: str | None
    external_id: str | None
    permalink: str | None
    published_at: datetime | None
    problems: list[SocialProblem]


class SocialPostItem(Answer):
    """A content."""

    id: UUID
    kind: Kind
    text: str
    status: Status
    publish_at: datetime | None
    at_best_time: bool
    purpose: Purpose | None
    generated: bool
    image_prompt: str | None
    illustration: Literal["requested", "made", "failed"] | None
    created_by: str
    created_at: datetime
    changed_at: datetime
    approved_at: datetime | None
    media: list[SocialMedia]
    publications: list[SocialPublication]


class SocialPostChange(Answer):
    """One line of a post's history."""

    field: str
    old: Any
    new: Any
    actor: str
    actor_name: str | None
    reason: str | None
    at: datetime


class SocialPost(SocialPostItem):
    """A content with its history, the oldest change first."""

    history: list[SocialPostChange]


class SocialPostPage(Answer):
    """Contents, the newest first."""

    items: list[SocialPostItem]
    next: str | None


class PostQuery(PageQuery):
    """Which contents."""

    status: list[Status] = Field(default_factory=list, description="one or several; without: all")


class CalendarQuery(BaseModel):
    """A stretch of the calendar, of 62 days at most."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    start: AwareDatetime
    end: AwareDatetime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 < (self.end - self.start).days <= 62:
            raise ValueError("may be 1 to 62 days long")
        return self


class SocialSlot(Answer):
    """A time the plan keeps for an account; `post_id` is what took it."""

    account_id: UUID
    at: datetime
    post_id: UUID | None


class SocialCalendar(Answer):
    """Contents with a time, the earliest first, and the plan's times."""

    posts: list[SocialPostItem]
    slots: list[SocialSlot]


class SocialTime(Request):
    """The time; without one the best free time of each account."""

    at: AwareDatetime | None = None


class SocialRejection(Request):
    """Why it may not go out so."""

    reason: Line


class SocialAttempt(Request):
    """Other words, where the network minded those."""

    text: Draft | None = None


class SocialSeen(Request):
    """What somebody saw who looked: it is public, and where; or it is not, and is published now."""

    is_public: bool
    permalink: Annotated[str, StringConstraints(pattern=r"^https://\S{1,500}$")] | None = None


class TimesQuery(BaseModel):
    """Of which account, and for which kind of content; without: all of them together."""

    model_config = ConfigDict(extra="forbid")

    account: UUID
    kind: Kind | None = None


class BestHour(Answer):
    """An hour of the week by the company's clock, Monday being 0: 1.2 is a fifth more engagement than the account's
    ordinary hour. `posts` are the account's own of that hour."""

    weekday: int
    hour: int
    lift: float
    posts: int


class BestTimes(Answer):
    """How the hours of the week compare, the company's time zone, and what that rests on."""

    items: list[BestHour]
    timezone: str
    timing: SocialTiming | None


class GenerateIn(Request):
    """What a model is to write about, for which accounts and to which end; with `illustrate` a picture follows."""

    accounts: list[UUID] = Field(min_length=1, max_length=10)
    purpose: Purpose
    subject: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2_000)]
    language: Literal["es", "en"] = "es"
    illustrate: bool = False

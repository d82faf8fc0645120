"""Routes of files customers sent: the file itself, what was read of a picture, and what people say stands there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from pydantic import Field, StringConstraints

from relevo import clock, inbox, objects
from relevo.access import Principal
from relevo.api.application import app
from relevo.api.endpoint import endpoint
from relevo.api.models import Answer, Request
from relevo.api.requests import refuse_branch
from relevo.console import PictureReading
from relevo.db import UnitOfWork
from relevo.inbox import File
from relevo.runtime.problems import Problem

_ONE = "/api/attachments/<attachment_id>"
_READ, _WRITE, _TAG = "conversations:read", "conversations:write", "Attachments"

_SHOWN = ("image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf", "audio/", "video/")
"""What a browser may open by itself; everything else is saved."""
Vin = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class Link(Answer):
    """Where the file can be fetched without a key until then."""

    url: str
    mime_type: str
    filename: str | None
    expires_at: datetime


class WordRead(Answer):
    """A word, how sure the reader is of it (0 to 1), and its box: left, top, width, height in pixels."""

    text: str
    confidence: float
    box: list[int]


class FullReading(PictureReading):
    """What stands in a picture, word by word. `corrected_by` is who said something else, as the audit names them."""

    words: list[WordRead]
    corrected_by: str | None


class Correction(Request):
    """What really stands in the picture; null: no VIN, or not this one."""

    vin: Vin | None = Field(description="17 letters and digits, without I, O and Q")


@endpoint(app, "GET", _ONE, scope=_READ, summary="The file", tag=_TAG, status=302, refusals=(409,))
def read_attachment(uow: UnitOfWork, caller: Principal, attachment_id: UUID) -> Response[str]:
    """Leads to where the file can be fetched without a key, for five minutes. 409 while it is not there, or never
    will be."""
    link = _link(_ready(uow, caller, attachment_id))
    return Response(302, body="", headers={"location": link, "cache-control": "no-store"})


@endpoint(app, "GET", f"{_ONE}/link", scope=_READ, summary="Where the file is", tag=_TAG, refusals=(409,))
def read_attachment_link(uow: UnitOfWork, caller: Principal, attachment_id: UUID) -> Link:
    """The address the file can be fetched from without a key, for whoever cannot follow a redirect."""
    file = _ready(uow, caller, attachment_id)
    until = clock.now() + timedelta(seconds=objects.LINK_SECONDS)
    return Link(url=_link(file), mime_type=file.mime_type or "", filename=file.filename, expires_at=until)


@endpoint(app, "GET", f"{_ONE}/reading", scope=_READ, summary="What stands in a picture", tag=_TAG)
def read_reading(uow: UnitOfWork, caller: Principal, attachment_id: UUID) -> FullReading:
    """What was read, word by word, the VIN decoded, and whether somebody corrected it."""
    refuse_branch(caller, inbox.file(uow, attachment_id).branch_id)
    return FullReading.model_validate(inbox.reading_of(uow, attachment_id))


@endpoint(app, "PUT", f"{_ONE}/reading", scope=_WRITE, summary="Say what really stands there", tag=_TAG)
def correct_reading(uow: UnitOfWork, caller: Principal, attachment_id: UUID, body: Correction) -> FullReading:
    """Kept beside what was read, with who said it; the last word counts."""
    refuse_branch(caller, inbox.file(uow, attachment_id).branch_id)
    inbox.correct(uow, attachment_id, body.vin, actor=caller.name)
    return FullReading.model_validate(inbox.reading_of(uow, attachment_id))


def _ready(uow: UnitOfWork, caller: Principal, attachment_id: UUID) -> File:
    file = inbox.file(uow, attachment_id)
    refuse_branch(caller, file.branch_id)
    if file.state != "ready" or file.storage_key is None:
        why = "is still being fetched" if file.state == "pending" else f"cannot be had: {file.reason}"
        members: dict[str, Any] = {"state": file.state, "reason": file.reason}
        raise Problem(409, f"The file {why}.", kind="not-ready", members=members)
    return file


def _link(file: File) -> str:
    assert file.storage_key is not None  # a file that is ready is kept
    inline = (file.mime_type or "").startswith(_SHOWN)
    return objects.bucket().link(file.storage_key, filename=file.filename, inline=inline)

"""One message on its way out: claimed, sent, settled.

    queued -> sending -> sent -> delivered -> read
                 |-> queued      the provider asked to wait; the queue brings it again
                 |-> failed      the provider, or a rule of ours, refuses it for good
                 '-> unknown     nobody can say; an agent decides

The claim is committed before the call, so a crash leaves `sending`, never a message that could be sent twice without
anybody noticing. What a crash or a time-out left open is settled by the provider's statuses, which carry our id; only
when statuses keep arriving for the account and none for this message is it known not to have been accepted.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from relevo import aws, clock, objects
from relevo.channels import OutboundMessage, Sender, whatsapp
from relevo.channels.whatsapp import AmbiguousSend, SendRejected, Verdict
from relevo.db import Database, Row, UnitOfWork
from relevo.errors import InvalidInput, PermanentError, RetryableError, Throttled
from relevo.events import MessageSent, MessageStatusChanged
from relevo.inbox import statuses
from relevo.observability import logger, metrics
from relevo.settings import settings

MAX_ATTEMPTS = 8
"""Calls to the provider before a message that only meets passing faults is given up and shown as failed."""

_FILE_BYTES = 16_000_000
"""The largest file of ours that is sent."""

_AMBIGUOUS = "ambiguous"

_FIND = """
    SELECT m.id, m.conversation_id, m.channel_account_id, m.kind, m.text, m.content, m.reply_to, m.status, m.error_code,
        m.external_id, m.author, m.attempts, m.claimed_at, m.owner_version AS written_under, c.owner, c.owner_version,
        c.window_until, a.channel, a.external_id AS account, i.phone, i.user_id
    FROM inbox.message m
    JOIN inbox.conversation c ON c.id = m.conversation_id
    JOIN inbox.channel_account a ON a.id = m.channel_account_id
    JOIN inbox.identity i ON i.id = c.identity_id
    WHERE m.id = %s FOR UPDATE OF m"""


def deliver(database: Database, message_id: UUID) -> None:
    """Send a queued message, once. Raises RetryableError when it has to be tried again later."""
    message = database.run(lambda uow: _claim(uow, message_id), publish=False)
    if message is None:
        return
    try:
        external_id = _send(message)
    except (SendRejected, PermanentError) as error:
        if isinstance(error, SendRejected) and error.verdict is Verdict.STOP_CHANNEL:
            metrics.add_metric(name="ChannelStopped", unit="Count", value=1)
        code, detail = str(getattr(error, "code", None) or "invalid"), str(error)
        database.run(lambda uow: _fail(uow, message, code, detail))
    except AmbiguousSend as error:
        database.run(lambda uow: _note_ambiguity(uow, message_id))
        raise RetryableError(f"waiting for a status to settle a send without an answer: {error}") from error
    except RetryableError as error:
        fault = error
        database.run(lambda uow: _put_back(uow, message, fault))
        if message["attempts"] < MAX_ATTEMPTS:
            raise
    else:
        # Told with the others of its batch: one call to the bus, not one between every two messages.
        database.run(lambda uow: _accept(uow, message, external_id), publish=False)


def _send(message: Row) -> str:
    """Make the call; the provider's id of the message. Raises what `whatsapp.send` raises."""
    if message["channel"] != "whatsapp":
        raise InvalidInput(f"nothing is sent over {message['channel']} yet")
    account = whatsapp.GraphAccount(
        phone_number_id=message["account"],
        token=str(aws.secret(settings().meta_secret)["access_token"]),
        url=settings().graph_url,
        version=settings().graph_version,
    )
    outbound = OutboundMessage(
        to=Sender(user_id=message["user_id"], phone=message["phone"]),
        kind=message["kind"],
        text=message["text"] or "",
        content=_with_file(account, message["content"]),
        reply_to=message["reply_to"],
        opaque=str(message["id"]),
    )
    return whatsapp.send(account, outbound, attempt=message["attempts"])


def _with_file(account: whatsapp.GraphAccount, content: dict[str, Any]) -> dict[str, Any]:
    """What is sent, a file of ours by the id WhatsApp gave it. A file handed over in vain costs nothing."""
    if "storage_key" not in content:
        return content
    file = objects.bucket().get(content["storage_key"], _FILE_BYTES)
    return content | {"id": whatsapp.upload(account, file, content["mime_type"], content["filename"])}


def _claim(uow: UnitOfWork, message_id: UUID) -> Row | None:
    """The message, now `sending`; None when there is nothing to send any more."""
    message = uow.one(_FIND, (message_id,))
    if message is None or message["status"] not in ("queued", "sending"):
        return None
    if message["status"] == "sending" and not _is_settled(uow, message):
        return None
    if reason := _obstacle(message):
        code, detail = reason
        _finish(uow, message, "cancelled" if code == "taken_over" else "failed", code, detail)
        return None
    uow.execute(
        "UPDATE inbox.message SET status = 'sending', claimed_at = %s, attempts = attempts + 1,"
        " error_code = NULL, error_detail = NULL WHERE id = %s",
        (clock.now(), message_id),
    )
    return {**message, "status": "sending", "attempts": message["attempts"] + 1}


def _is_settled(uow: UnitOfWork, message: Row) -> bool:
    """Whether a claimed message is known not to have been accepted, and may be sent again.

    Raises RetryableError while it is too early to judge. Marks the message `unknown` when time does not tell, and
    always when a call did go out and its answer was lost: that is never sent again blindly.
    """
    if clock.now() - message["claimed_at"] < timedelta(seconds=settings().settle_seconds):
        raise RetryableError("a former attempt may have been accepted; waiting for its status")
    heard = message["error_code"] != _AMBIGUOUS and uow.one(
        "SELECT 1 FROM inbox.message_status WHERE channel_account_id = %s AND stored_at > %s LIMIT 1",
        (message["channel_account_id"], message["claimed_at"]),
    )
    if not heard:
        _finish(uow, message, "unknown", "unsettled", "the provider neither confirmed nor refused this message")
    return bool(heard)


def _note_ambiguity(uow: UnitOfWork, message_id: UUID) -> None:
    uow.execute(
        "UPDATE inbox.message SET error_code = %s WHERE id = %s AND status = 'sending'", (_AMBIGUOUS, message_id)
    )


def _obstacle(message: Row) -> tuple[str, str] | None:
    """Why this message must not go out now: somebody took over, or the customer-service window has closed."""
    if message["author"] == "bot" and message["owner_version"] != message["written_under"]:
        return "taken_over", "a person took the conversation before the bot's message was sent"
    window = message["window_until"]
    if message["kind"] != "template" and (window is None or clock.now() >= window):
        return "window_closed", "the customer wrote more than 24 hours ago; only a template may be sent"
    return None


def _accept(uow: UnitOfWork, message: Row, external_id: str) -> None:
    """The provider has it. A status may have been quicker than this, and may even have told us the id."""
    sent = uow.one(
        "WITH known AS (INSERT INTO inbox.external_message (channel_account_id, external_id, message_id)"
        "   VALUES (%(account)s, %(external)s, %(id)s) ON CONFLICT DO NOTHING)"
        " UPDATE inbox.message SET external_id = coalesce(external_id, %(external)s),"
        " sent_at = coalesce(sent_at, %(now)s),"
        " status = CASE WHEN status = 'sending' THEN 'sent' ELSE status END WHERE id = %(id)s"
        " RETURNING EXISTS (SELECT FROM inbox.message_status WHERE channel_account_id = %(account)s"
        "   AND external_id = %(external)s AND message_id IS NULL) AS overtaken",
        {
            "account": message["channel_account_id"],
            "external": external_id,
            "id": message["id"],
            "now": clock.now(),
        },
    )
    uow.record(
        MessageSent(message_id=message["id"], conversation_id=message["conversation_id"], external_id=external_id)
    )
    if sent and sent["overtaken"]:
        statuses.adopt(uow, message["channel_account_id"], external_id, message["id"])


def _put_back(uow: UnitOfWork, message: Row, fault: RetryableError) -> None:
    if message["attempts"] >= MAX_ATTEMPTS:
        _finish(uow, message, "failed", "gave_up", f"given up after {MAX_ATTEMPTS} attempts: {fault}")
        return
    code = "throttled" if isinstance(fault, Throttled) else "provider_away"
    uow.execute(
        "UPDATE inbox.message SET status = 'queued', error_code = %s, error_detail = %s"
        " WHERE id = %s AND status = 'sending'",
        (code, str(fault), message["id"]),
    )


def _fail(uow: UnitOfWork, message: Row, code: str, detail: str) -> None:
    _finish(uow, message, "failed", code, detail)
    if code == "131047":
        uow.execute(
            "UPDATE inbox.conversation SET window_until = least(window_until, %s) WHERE id = %s",
            (clock.now(), message["conversation_id"]),
        )


def _finish(uow: UnitOfWork, message: Row, status: str, code: str, detail: str) -> None:
    logger.warning("message not sent", message_id=str(message["id"]), status=status, code=code)
    uow.execute(
        "UPDATE inbox.message SET status = %s, error_code = %s, error_detail = %s WHERE id = %s",
        (status, code, detail, message["id"]),
    )
    uow.record(
        MessageStatusChanged(
            message_id=message["id"],
            conversation_id=message["conversation_id"],
            old=message["status"],
            new=status,
            error_code=code,
        )
    )

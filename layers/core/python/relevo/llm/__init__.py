"""The one door to language models: any service that speaks OpenAI's protocol (OpenAI, OpenRouter, Azure, vLLM…).

Without a key every call answers None, and so it does when a call fails, when its answer breaks the schema twice, or
when a conversation has spent its budget: the caller always has a stated way to go on. Every call is a row of
`platform.model_call`.
"""

from __future__ import annotations

import base64
import time
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from relevo import aws, clock, ids
from relevo.db import UnitOfWork
from relevo.observability import logger
from relevo.settings import settings

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletion

T = TypeVar("T", bound=BaseModel)

TIMEOUT_SECONDS = 12.0
"""Three of it, for the question's embedding and two tries to phrase, end in half of the time the chatbot has."""
DRAWING_SECONDS = 90.0
"""A picture takes half a minute; nobody waits for it in front of a screen."""
_TRIES = 2
_MILLION = Decimal(1_000_000)


class Configuration(NamedTuple):
    """Which service and model, and what a million tokens cost in US dollars (the caps rest on it)."""

    api_key: str
    base_url: str | None
    model: str
    embedding_model: str | None
    image_model: str
    image_price: Decimal
    """US dollars a picture."""
    input_price: Decimal
    output_price: Decimal


def configuration() -> Configuration | None:
    """What the secret RELEVO_LLM_SECRET says: `{"api_key", "base_url", "model", "embedding_model", "image_model",
    "image_price", "input_price", "output_price"}`, all but the key optional. None when no key is set."""
    name = settings().llm_secret
    secret = aws.secret(name) if name else {}
    if not secret.get("api_key"):
        return None
    return Configuration(
        api_key=secret["api_key"],
        base_url=secret.get("base_url") or None,
        model=secret.get("model") or "gpt-5-mini",
        embedding_model=secret.get("embedding_model") or None,
        image_model=secret.get("image_model") or "gpt-image-1-mini",
        image_price=Decimal(str(secret.get("image_price") or "0.02")),
        input_price=Decimal(str(secret.get("input_price") or 1)),
        output_price=Decimal(str(secret.get("output_price") or 5)),
    )


@lru_cache(maxsize=2)
def _client(api_key: str, base_url: str | None) -> OpenAI:
    from openai import OpenAI

    return OpenAI(api_key=api_key, base_url=base_url, timeout=TIMEOUT_SECONDS, max_retries=0)


def ask(
    uow: UnitOfWork,
    schema: type[T],
    *,
    purpose: str,
    system: str,
    user: str,
    conversation_id: UUID | None = None,
    ticket_id: UUID | None = None,
    budget: float | None = None,
) -> T | None:
    """An answer of the model in the form of `schema`, or None (see above). `user` is never trusted as instructions.

    `budget` is what the conversation may cost in US dollars; without it the stage's.
    """
    chosen = configuration()
    if chosen is None:
        return None
    limit = Decimal(str(settings().bot_max_cost if budget is None else budget))
    if conversation_id and spent(uow, conversation_id) >= limit:
        logger.warning("the conversation has spent its model budget", conversation_id=str(conversation_id))
        return None
    for _ in range(_TRIES):
        started = time.monotonic()
        completion, outcome = _complete(chosen, schema, system, user)
        answer = _parse(schema, completion) if completion else None
        if completion and answer is None:
            outcome = "broke the schema"
        _note(uow, chosen, completion, purpose, outcome, started, conversation_id, ticket_id)
        if answer is not None or completion is None:
            return answer
    return None


def _complete(chosen: Configuration, schema: type[T], system: str, user: str) -> tuple[ChatCompletion | None, str]:
    from openai import OpenAIError

    form: Any = {
        "type": "json_schema",
        "json_schema": {"name": schema.__name__.lower(), "schema": schema.model_json_schema(), "strict": True},
    }
    messages: Any = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    try:
        client = _client(chosen.api_key, chosen.base_url)
        return client.chat.completions.create(model=chosen.model, messages=messages, response_format=form), "answered"
    except OpenAIError as error:
        logger.warning("the model did not answer: %s", error)
        return None, f"failed: {type(error).__name__}"


def _parse(schema: type[T], completion: ChatCompletion) -> T | None:
    try:
        return schema.model_validate_json(completion.choices[0].message.content or "")
    except (ValidationError, IndexError) as error:
        logger.warning("the model's answer breaks its schema: %s", error)
        return None


def _note(
    uow: UnitOfWork,
    chosen: Configuration,
    completion: ChatCompletion | None,
    purpose: str,
    outcome: str,
    started: float,
    conversation_id: UUID | None,
    ticket_id: UUID | None,
) -> None:
    usage = completion.usage if completion else None
    tokens = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
    cost = (chosen.input_price * tokens[0] + chosen.output_price * tokens[1]) / _MILLION
    uow.execute(
        "INSERT INTO platform.model_call (id, purpose, model, conversation_id, ticket_id, input_tokens, output_tokens,"
        "   cost, latency_ms, outcome, at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            ids.new_id(),
            purpose,
            chosen.model,
            conversation_id,
            ticket_id,
            *tokens,
            cost,
            round((time.monotonic() - started) * 1000),
            outcome,
            clock.now(),
        ),
    )


def spent(uow: UnitOfWork, conversation_id: UUID) -> Decimal:
    """US dollars the model has cost in a conversation."""
    row = uow.one(
        "SELECT coalesce(sum(cost), 0) AS cost FROM platform.model_call WHERE conversation_id = %s", (conversation_id,)
    )
    return Decimal(row["cost"]) if row else Decimal(0)


def embed(texts: list[str]) -> list[list[float]] | None:
    """Embeddings by the provider, one a text; None when no embedding model is configured or the call fails."""
    chosen = configuration()
    if chosen is None or chosen.embedding_model is None or not texts:
        return None
    from openai import OpenAIError

    try:
        answer = _client(chosen.api_key, chosen.base_url).embeddings.create(model=chosen.embedding_model, input=texts)
    except OpenAIError as error:
        logger.warning("the provider's embeddings failed: %s", error)
        return None
    return [entry.embedding for entry in answer.data]


def draw(uow: UnitOfWork, prompt: str, *, purpose: str, size: str = "1024x1024") -> bytes | None:
    """A picture of what `prompt` describes, as PNG, JPEG or WebP; None without a key or when the call fails."""
    chosen = configuration()
    if chosen is None:
        return None
    started = time.monotonic()
    picture, outcome = _drawn(chosen, prompt, size)
    row = (ids.new_id(), purpose, chosen.image_model, chosen.image_price if picture else Decimal(0))
    uow.execute(
        "INSERT INTO platform.model_call (id, purpose, model, cost, input_tokens, output_tokens, latency_ms, outcome,"
        " at) VALUES (%s, %s, %s, %s, 0, 0, %s, %s, %s)",
        (*row, round((time.monotonic() - started) * 1000), outcome, clock.now()),
    )
    return picture


def _form(image_model: str) -> dict[str, str]:
    """How to ask for the picture itself, and where that can be chosen for JPEG, which every network takes."""
    return {"output_format": "jpeg"} if image_model.startswith("gpt-image") else {"response_format": "b64_json"}


def _drawn(chosen: Configuration, prompt: str, size: str) -> tuple[bytes | None, str]:
    """The picture, and how it went."""
    from openai import OpenAIError

    client: Any = _client(chosen.api_key, chosen.base_url).with_options(timeout=DRAWING_SECONDS)
    try:
        form = _form(chosen.image_model)
        made = client.images.generate(model=chosen.image_model, prompt=prompt, size=size, n=1, **form)
    except OpenAIError as error:
        logger.warning("the model drew nothing: %s", error)
        return None, f"failed: {type(error).__name__}"
    encoded = made.data[0].b64_json if made.data else None
    if not encoded:
        logger.warning("the model's answer holds no picture")
        return None, "held no picture"
    return base64.b64decode(encoded), "drew"

"""Accounts on the stand-ins of the networks, with a past to learn from and a few posts in the calendar."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from relevo import clock, social
from relevo.db import Database, UnitOfWork
from relevo.platform import calendar
from relevo.social import Content, Network

_ACTOR = "seed"
ACCOUNTS: dict[Network, tuple[str, str]] = {
    "instagram": ("17841400000000001", "@refacciones.valle"),
    "facebook": ("100200300400", "Refacciones del Valle"),
    "tiktok": ("creator", "@refaccionesdelvalle"),
}
TOKENS: dict[str, dict[str, Any]] = {
    f"{network}:{account}": {"access_token": "local-social-token"} for network, (account, _) in ACCOUNTS.items()
}
"""What the stand-ins take; worth nothing outside this machine."""
_PAST = {"instagram": 90, "facebook": 40, "tiktok": 25}
"""Posts of each account's past."""
_SIDE = 1080

Put = Callable[[str, bytes, str], None]


def load(url: str, put: Put) -> None:
    """Seed the database at `url` once; pictures are put into the bucket by `put` (key, content, type)."""
    database = Database(lambda: url)
    try:
        with database.unit_of_work(publish=False) as uow:
            if uow.one("SELECT 1 FROM social.account LIMIT 1") or not uow.one("SELECT 1 FROM inbox.branch LIMIT 1"):
                return
            accounts = {
                network: social.accounts.connect(uow, network, account, name, expires_at=None, actor=_ACTOR).id
                for network, (account, name) in ACCOUNTS.items()
            }
            _announce_an_end(uow, accounts["facebook"])
            for network, account_id in accounts.items():
                _remember(uow, network, account_id)
            for account in social.accounts.all_accounts(uow):
                social.planning.learn(uow, account)
                social.slots.fill(uow, account.id, account.weekly)
            _write(uow, accounts, put)
    finally:
        database.close()


def _announce_an_end(uow: UnitOfWork, account_id: UUID) -> None:
    """One of the tokens ends this week, so that one sees how that is told."""
    ends = clock.now() + timedelta(days=5)
    uow.execute("UPDATE social.account SET token_expires_at = %s WHERE id = %s", (ends, account_id))


def _remember(uow: UnitOfWork, network: Network, account_id: UUID) -> None:
    """What its posts got until now: more in the evening (on Facebook before noon) and by video, and a lot of luck."""
    chance = random.Random(f"relevo {network}")
    now = clock.now().astimezone(calendar.zone(uow))
    for number in range(_PAST[network]):
        day = now - timedelta(days=2 + number * 150 / _PAST[network])
        at = day.replace(hour=chance.choice((9, 11, 12, 13, 15, 17, 18, 19, 20, 21)), minute=chance.randrange(0, 60, 5))
        kind = "video" if network == "tiktok" else chance.choice(("image", "image", "carousel", "video"))
        likes = round(40 * math.exp(_liking(network, at, kind) + chance.gauss(0, 0.5)))
        uow.execute(
            "INSERT INTO social.engagement (account_id, external_id, kind, published_at, likes, comments, shares,"
            " measured_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (account_id, f"past-{number}", kind, at, likes, likes // 9, likes // 15, clock.now()),
        )


def _liking(network: Network, at: datetime, kind: str) -> float:
    evening = math.exp(-(((at.hour - (10 if network == "facebook" else 19.5)) / 2.5) ** 2))
    lunch = 0.5 * math.exp(-(((at.hour - 13) / 1.2) ** 2))
    weekend = -0.35 if at.weekday() >= 5 else 0.0
    return evening + lunch + weekend + (0.4 if kind == "video" else 0.0)


def _write(uow: UnitOfWork, accounts: dict[Network, UUID], put: Put) -> None:
    """One that is public, one with a time, one that waits for approval, one that is being written."""
    every = [accounts["instagram"], accounts["facebook"]]
    brakes, oil, lamps = (_picture(uow, put, words, hue) for words, hue in _PICTURES)
    public = _post(
        uow, "¡Llegaron las balatas cerámicas! Frenado silencioso y sin polvo. #frenos #balatas", brakes, every
    )
    social.posts.approve(uow, public, actor=_ACTOR)
    social.posts.schedule(uow, public, clock.now(), actor=_ACTOR)
    for publication in social.posts.publications_of(uow, [public])[public]:
        social.outcomes.note_published(uow, publication.id, f"seed-{publication.network}", None)
    planned = _post(
        uow, "Cambio de aceite: lo que tu motor agradece cada 10 000 km. #aceite #mantenimiento", oil, every
    )
    social.posts.approve(uow, planned, actor=_ACTOR)
    social.posts.schedule(uow, planned, None, actor=_ACTOR)
    waiting = _post(uow, "¿Ves bien de noche? Revisa tus faros antes del puente. #seguridad #faros", lamps, every)
    social.posts.submit(uow, waiting, actor=_ACTOR)
    social.posts.write(
        uow, Content("Horario de diciembre: abrimos de lunes a sábado…", [], {accounts["facebook"]: None}), actor=_ACTOR
    )


_PICTURES = (("BALATAS", (196, 62, 52)), ("ACEITE", (201, 138, 28)), ("FAROS", (44, 92, 150)))


def _post(uow: UnitOfWork, text: str, picture: UUID, accounts: list[UUID]) -> UUID:
    return social.posts.write(uow, Content(text, [picture], dict.fromkeys(accounts)), actor=_ACTOR).id


def _picture(uow: UnitOfWork, put: Put, words: str, colour: tuple[int, int, int]) -> UUID:
    content = _drawn(words, colour)
    media = social.media.announce(uow, f"{words.lower()}.jpg", "image/jpeg", len(content), actor=_ACTOR)
    put(media.storage_key, content, "image/jpeg")
    uow.execute(
        "UPDATE social.media SET state = 'ready', width = %s, height = %s WHERE id = %s", (_SIDE, _SIDE, media.id)
    )
    return media.id


def _drawn(words: str, colour: tuple[int, int, int]) -> bytes:
    """A square with a word on it."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (_SIDE, _SIDE), colour)
    pen = ImageDraw.Draw(picture)
    light = (255, 255, 255)
    pen.rounded_rectangle((90, 90, _SIDE - 90, _SIDE - 90), radius=48, outline=light, width=10)
    pen.text((_SIDE // 2, _SIDE // 2), words, fill=light, font=ImageFont.load_default(size=150), anchor="mm")
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=88)
    return drawn.getvalue()

"""A company on three networks: accounts with tokens, files in the bucket, posts that are due."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relevo import clock, ids, social
from relevo.db import Database, UnitOfWork
from relevo.events import PostFailed, SocialAccountEnding, SocialAccountRefused
from relevo.social import Content
from tests.support.broker import MemoryMessaging, detail
from tests.support.bucket import MemoryBucket

TOKEN = "social-test-token"
ACCOUNTS = {"instagram": "17841400000000001", "facebook": "100200300400", "tiktok": "creator"}
SECRET = json.dumps({f"{network}:{account}": {"access_token": TOKEN} for network, account in ACCOUNTS.items()})
ACTOR = "user:test"


@dataclass(frozen=True)
class Channels:
    """The company's accounts."""

    instagram: UUID
    facebook: UUID
    tiktok: UUID


def channels(uow: UnitOfWork) -> Channels:
    made = [
        social.accounts.connect(uow, network, ACCOUNTS[network], f"Relevo {network}", expires_at=None, actor=ACTOR).id
        for network in social.NETWORKS
    ]
    return Channels(*made)


def jpeg(width: int = 1080, height: int = 1080) -> bytes:
    """The head of a picture of this size, and nothing in it."""
    return b"\xff\xd8\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9) + b"\xff\xd9"


def mp4(seconds: int = 12, *, width: int = 1080, height: int = 1920, size: int = 0, turned: bool = False) -> bytes:
    """A film with an index and, before it, nothing to be seen."""

    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(content), kind) + content

    header = bytes(12) + struct.pack(">II", 1000, seconds * 1000) + bytes(80)
    matrix = struct.pack(">9i", *((0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000) if turned else (0x10000, *[0] * 8)))
    track = bytes(40) + matrix + struct.pack(">II", width << 16, height << 16)
    index = box(b"moov", box(b"mvhd", header) + box(b"trak", box(b"tkhd", track)))
    film = box(b"ftyp", b"isom" + bytes(4)) + box(b"mdat", b"") + index
    return box(b"ftyp", b"isom" + bytes(4)) + box(b"mdat", bytes(max(0, size - len(film)))) + index


def file(uow: UnitOfWork, bucket: MemoryBucket, content: bytes | None = None, mime_type: str = "image/jpeg") -> UUID:
    """A file that was put and looked into."""
    content = jpeg() if content is None else content
    media = social.media.announce(uow, "foto.jpg", mime_type, len(content), actor=ACTOR)
    bucket.files[media.storage_key] = content, mime_type
    social.media.take(uow, media.id)
    return media.id


def due(
    uow: UnitOfWork, accounts: list[UUID], media: list[UUID], text: str | None = None, at: datetime | None = None
) -> UUID:
    """A post that was approved and scheduled, for now unless said otherwise."""
    content = Content(text or f"¡Nuevas balatas! #{ids.new_id().hex[-6:]}", media, dict.fromkeys(accounts))
    post = social.posts.write(uow, content, actor=ACTOR)
    social.posts.approve(uow, post.id, actor=ACTOR)
    social.posts.schedule(uow, post.id, at or clock.now(), actor=ACTOR)
    return post.id


def tell(database: Database, sent: MemoryMessaging) -> None:
    """Have people told of what went wrong, each event delivered twice, as queues may."""
    database.publish_pending()
    for fact in sent.facts:
        for event in (PostFailed, SocialAccountRefused, SocialAccountEnding):
            if fact.name == event.name:
                for _ in range(2):
                    social.tell(database, event.model_validate(detail(fact)))

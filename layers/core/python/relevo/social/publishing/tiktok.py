"""TikTok: a video is announced, handed over in parts, then processed; pictures are fetched by TikTok itself.

    start -> init -> upload -> last! -> status
         '-> photos! -> status

An announced video whose last part never comes is never posted, so announcing is safe to repeat and `last` is the point
of no return: what became of it, its `publish_id` says. Pictures have no such pause. TikTok fetches and posts them from
the announcement on, whose answer holds the only name they have: where that answer is lost, they are looked for among
the creator's newest posts, and where they are not found a person has to look. They are never announced again blindly.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from relevo import clock
from relevo.channels.reading import items, number, text
from relevo.social.networks import File
from relevo.social.publishing.calls import TikTok
from relevo.social.publishing.errors import Refused, Remedy, Unanswered, of_tiktok
from relevo.social.publishing.work import Again, Done, Go, Lost, Machine, Outcome, Step, Wait, Work

PART = 10_000_000
"""Bytes of a part; TikTok takes 5 to 64 MB, a smaller video whole, and a last part of up to twice as much."""
WHOLE = 64_000_000
UPLOAD_LIVES = timedelta(hours=1)
"""How long TikTok takes parts of an announced video."""
SETTLE = timedelta(minutes=3)
"""How long after the last part was sent TikTok is believed to have counted it."""
LOOK_FOR = timedelta(minutes=15)
"""How long pictures whose name was lost are looked for; moderation usually takes a minute."""
_POLL = (5.0, 10.0, 20.0, 60.0, 300.0)
_TITLE = 90
"""Characters of the title of pictures."""
_PRIVACY = ("PUBLIC_TO_EVERYONE", "FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY")


def machine(tiktok: TikTok) -> Machine:
    """The steps, over this creator's line to TikTok."""
    steps = _TikTok(tiktok)
    return {
        "start": Step(steps.start),
        "init": Step(steps.init),
        "upload": Step(steps.upload),
        "last": Step(steps.last, steps.settle_last),
        "photos": Step(steps.photos, steps.settle_photos),
        "status": Step(steps.status),
    }


class _TikTok:
    def __init__(self, tiktok: TikTok) -> None:
        self._tiktok = tiktok

    def start(self, work: Work) -> Outcome:
        """Who may see it is what the creator allows, the widest first."""
        info = self._tiktok.post("/v2/post/publish/creator_info/query/")
        allowed = info.get("privacy_level_options")
        options = [option for option in _PRIVACY if isinstance(allowed, list) and option in allowed]
        if not options:
            raise Refused(Remedy.RECONNECT, "no_privacy_level", "the creator allows no audience at all")
        longest = number(info.get("max_video_post_duration_sec"))
        if work.kind == "video":
            seconds = work.files[0].seconds
            if longest and seconds is not None and seconds > longest:
                raise Refused(Remedy.FIX, "duration_check_failed", f"this creator may post {longest} seconds")
        return Go("init" if work.kind == "video" else "photos", {"privacy": options[0], "looks": 0})

    def init(self, work: Work) -> Outcome:
        """Announce the video; nothing is posted until all of it is there."""
        file = work.files[0]
        whole = file.size <= WHOLE
        source = {
            "source": "FILE_UPLOAD",
            "video_size": file.size,
            "chunk_size": file.size if whole else PART,
            "total_chunk_count": 1 if whole else file.size // PART,
        }
        post = {"title": work.text, "privacy_level": work.progress["privacy"]}
        data = self._tiktok.post("/v2/post/publish/video/init/", post_info=post, source_info=source)
        if not text(data.get("publish_id")) or not text(data.get("upload_url")):
            raise Unanswered("TikTok took a video and named no place for it")
        place = {"publish_id": data["publish_id"], "upload_url": data["upload_url"]}
        return Go("upload", {**place, "announced_at": clock.now().isoformat(), "sent": 0, "looks": 0})

    def upload(self, work: Work) -> Outcome:
        """The parts before the last, one a step."""
        start, length = _next_part(work.files[0], number(work.progress["sent"]))
        if start + length == work.files[0].size:
            return Go("last")
        self._put(work, start, length)
        return Go("upload", {"sent": start + length})

    def last(self, work: Work) -> Outcome:
        """The last part: from here on TikTok posts it by itself. One it does not want may be one it has."""
        try:
            self._put(work, *_next_part(work.files[0], number(work.progress["sent"])))
        except Refused as refused:
            if refused.anew is None:
                raise
            raise Unanswered(str(refused)) from refused
        return Go("status", {"looks": 0})

    def settle_last(self, work: Work) -> Outcome:
        """Whether the last part arrived, the announced video says. That it did not is believed after a while; a video
        that can no longer be completed is announced anew."""
        data = self._tiktok.post("/v2/post/publish/status/fetch/", publish_id=work.progress["publish_id"])
        missing = number(data.get("uploaded_bytes")) < work.files[0].size
        if text(data.get("status")) != "PROCESSING_UPLOAD" or not missing:
            return Go("status", {"looks": 0})
        now = clock.now()
        if now - (work.crossed_at or work.due_at) < SETTLE:
            return Wait(30)
        over = now - datetime.fromisoformat(text(work.progress["announced_at"])) >= UPLOAD_LIVES
        return Again("init" if over else "last")

    def photos(self, work: Work) -> Outcome:
        data = self._tiktok.post(
            "/v2/post/publish/content/init/",
            media_type="PHOTO",
            post_mode="DIRECT_POST",
            post_info={
                "title": _title(work.text),
                "description": work.text,
                "privacy_level": work.progress["privacy"],
            },
            source_info={
                "source": "PULL_FROM_URL",
                "photo_cover_index": 0,
                "photo_images": [work.link(file) for file in work.files],
            },
        )
        if not text(data.get("publish_id")):
            raise Unanswered("TikTok took pictures and named no publication")
        return Go("status", {"publish_id": data["publish_id"], "looks": 0})

    def settle_photos(self, work: Work) -> Outcome:
        """Look for the pictures among the creator's newest posts."""
        crossed = work.crossed_at or work.due_at
        data = self._tiktok.post(
            "/v2/video/list/?fields=id,title,video_description,create_time,share_url", max_count=20
        )
        for post in items(data.get("videos")):
            said = text(post.get("video_description")) or text(post.get("title"))
            made = datetime.fromtimestamp(number(post.get("create_time")), UTC)
            same = said.strip() in (work.text.strip(), _title(work.text))
            if same and made >= crossed - timedelta(minutes=2) and text(post.get("id")) not in work.known:
                return Done(text(post["id"]), text(post.get("share_url")) or None)
        if clock.now() - crossed < LOOK_FOR:
            return Wait(60)
        return Lost("TikTok's answer was lost, and the pictures are not among the creator's posts yet")

    def status(self, work: Work) -> Outcome:
        data = self._tiktok.post("/v2/post/publish/status/fetch/", publish_id=work.progress["publish_id"])
        match text(data.get("status")):
            case "PUBLISH_COMPLETE" | "SEND_TO_USER_INBOX":
                return Done(_post_id(data))
            case "FAILED":
                raise of_tiktok(text(data.get("fail_reason")) or "failed", "", anew="start")
        looks = number(work.progress.get("looks"))
        return Wait(_POLL[min(looks, len(_POLL) - 1)], {"looks": looks + 1})

    def _put(self, work: Work, start: int, length: int) -> None:
        file = work.files[0]
        content = work.part(file, start, length)
        if len(content) != length:
            raise Refused(Remedy.FIX, "file_gone", "the video in the bucket is not the one that was checked")
        self._tiktok.put(text(work.progress["upload_url"]), content, file.mime_type, start, file.size)


def _next_part(file: File, sent: int) -> tuple[int, int]:
    """Where the next part begins, and how long it is; what is too short for a part of its own joins the last."""
    if file.size <= WHOLE:
        return 0, file.size
    last = sent // PART + 1 >= file.size // PART
    return sent, file.size - sent if last else PART


def _title(words: str) -> str:
    return words.strip().split("\n")[0][:_TITLE].strip()


def _post_id(data: dict[str, Any]) -> str | None:
    """The post, where it is public already; TikTok spells the field so."""
    for name in ("publicaly_available_post_id", "publicly_available_post_id"):
        found = data.get(name)
        if isinstance(found, list) and found:
            return text(found[0]) or None
    return None

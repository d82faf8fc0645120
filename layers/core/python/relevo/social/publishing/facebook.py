"""Facebook pages: everything is made unpublished first; one call on its own id makes it public.

    start -> [photos] -> post -> publish! -> link
         '-> video -> processing -> publish!

Publishing an id twice is publishing it once, and the post itself says whether it is public: the surest of the three.
"""

from __future__ import annotations

import json
from typing import Any

from relevo.channels.reading import fields, number, text
from relevo.social.publishing.calls import Graph
from relevo.social.publishing.errors import Refused, Remedy, Unanswered
from relevo.social.publishing.work import Again, Done, Go, Machine, Outcome, Step, Wait, Work

_POLL = (3.0, 5.0, 10.0, 20.0, 60.0)


def machine(graph: Graph) -> Machine:
    """The steps, over this page's line to Graph."""
    steps = _Facebook(graph)
    return {
        "start": Step(steps.start),
        "photos": Step(steps.photos),
        "post": Step(steps.post),
        "video": Step(steps.video),
        "processing": Step(steps.processing),
        "publish": Step(steps.publish, steps.settle),
        "link": Step(steps.link),
    }


class _Facebook:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def start(self, work: Work) -> Outcome:
        first = {"text": "post", "video": "video"}.get(work.kind, "photos")
        return Go(first, {"photos": [], "looks": 0})

    def photos(self, work: Work) -> Outcome:
        """Each picture, one a step, seen by nobody."""
        kept = list(work.progress.get("photos") or ())
        if len(kept) == len(work.files):
            return Go("post")
        answer = self._graph.post(
            f"{work.account}/photos", url=work.link(work.files[len(kept)]), published="false", temporary="true"
        )
        return Go("photos", {"photos": [*kept, _id(answer)]})

    def post(self, work: Work) -> Outcome:
        attached = {
            f"attached_media[{place}]": json.dumps({"media_fbid": photo})
            for place, photo in enumerate(work.progress.get("photos") or ())
        }
        answer = self._graph.post(f"{work.account}/feed", message=work.text, published="false", **attached)
        return Go("publish", {"post": _id(answer)})

    def video(self, work: Work) -> Outcome:
        answer = self._graph.post(
            f"{work.account}/videos", file_url=work.link(work.files[0]), description=work.text, published="false"
        )
        return Go("processing", {"post": _id(answer), "looks": 0})

    def processing(self, work: Work) -> Outcome:
        status = fields(self._graph.get(text(work.progress["post"]), fields="status"), "status")
        match text(status.get("video_status")):
            case "ready":
                return Go("publish")
            case "error" | "expired":
                detail = text(fields(status, "processing_phase", "error").get("message")) or "the video was refused"
                raise Refused(Remedy.FIX, "video_error", detail, anew="start")
        looks = number(work.progress.get("looks"))
        return Wait(_POLL[min(looks, len(_POLL) - 1)], {"looks": looks + 1})

    def publish(self, work: Work) -> Outcome:
        name = "published" if work.kind == "video" else "is_published"
        self._graph.post(text(work.progress["post"]), **{name: "true"})
        return Go("link")

    def settle(self, work: Work) -> Outcome:
        """Whether it is public, the post itself says."""
        name = "published" if work.kind == "video" else "is_published"
        answer = self._graph.get(text(work.progress["post"]), fields=name)
        return Go("link") if answer.get(name) is True else Again("publish")

    def link(self, work: Work) -> Outcome:
        """Where people see it. It is public whatever this answers."""
        post = text(work.progress["post"])
        try:
            answer = self._graph.get(post, fields="permalink_url")
        except (Refused, Unanswered):
            return Done(post)
        link = text(answer.get("permalink_url"))
        return Done(post, f"https://www.facebook.com{link}" if link.startswith("/") else link or None)


def _id(answer: dict[str, Any]) -> str:
    if not text(answer.get("id")):
        raise Unanswered("Facebook answered with success and named nothing")
    return text(answer["id"])

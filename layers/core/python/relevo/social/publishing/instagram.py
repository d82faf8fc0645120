"""Instagram: containers are made and fetched unseen, one call makes the post public.

    start -> [children -> children_ready] -> container -> processing -> publish! -> link
                                                                          '--> find

`publish` is the point of no return. Whether it happened, the container itself says (`PUBLISHED`) and the account's
newest posts show; which post it became is found among them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from relevo import clock
from relevo.channels.reading import fields, items, number, text
from relevo.social.networks import File
from relevo.social.publishing.calls import Graph
from relevo.social.publishing.errors import HOUR, Refused, Remedy, Unanswered, of_graph
from relevo.social.publishing.work import Again, Done, Go, Machine, Outcome, Step, Wait, Work

SETTLE = timedelta(minutes=3)
"""How long after the call a container that still says it is unpublished is believed."""
_LOOKS = 5
"""Times the published post is looked for before it is kept without its address."""
_POLL = (3.0, 5.0, 10.0, 20.0, 60.0)
"""Seconds between two looks at a container; Meta asks for no more than one a minute for a long video."""


def machine(graph: Graph) -> Machine:
    """The steps, over this account's line to Graph."""
    steps = _Instagram(graph)
    return {
        "start": Step(steps.start),
        "children": Step(steps.children),
        "children_ready": Step(steps.children_ready),
        "container": Step(steps.container),
        "processing": Step(steps.processing),
        "publish": Step(steps.publish, steps.settle),
        "find": Step(steps.find),
        "link": Step(steps.link),
    }


class _Instagram:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def start(self, work: Work) -> Outcome:
        """Ask how many posts of the day are left: the cap is read rather than believed."""
        answer = self._graph.get(f"{work.account}/content_publishing_limit", fields="quota_usage,config")
        for quota in items(answer.get("data")):
            total = number(fields(quota, "config").get("quota_total"))
            if total and number(quota.get("quota_usage")) >= total:
                return Wait(HOUR / 2)
        first = "children" if work.kind == "carousel" else "container"
        return Go(first, {"children": [], "container": None, "looks": 0})

    def children(self, work: Work) -> Outcome:
        """A container for each file of a carousel, one a step."""
        made = list(work.progress.get("children") or ())
        if len(made) == len(work.files):
            return Go("children_ready")
        answer = self._graph.post(
            f"{work.account}/media", is_carousel_item="true", **_file(work, work.files[len(made)], alone=False)
        )
        return Go("children", {"children": [*made, _id(answer)]})

    def children_ready(self, work: Work) -> Outcome:
        states = [self._state(child) for child in work.progress["children"]]
        if any(state == "EXPIRED" for state, _ in states):
            return Go("children", {"children": []})
        for state, said in states:
            if state == "ERROR":
                raise _failed(said)
        if any(state == "IN_PROGRESS" for state, _ in states):
            return _look_again(work)
        return Go("container", {"looks": 0})

    def container(self, work: Work) -> Outcome:
        if work.kind == "carousel":
            form = {"media_type": "CAROUSEL", "children": ",".join(work.progress["children"])}
        else:
            form = _file(work, work.files[0], alone=True)
        answer = self._graph.post(f"{work.account}/media", caption=work.text, **form)
        return Go("processing", {"container": _id(answer), "looks": 0})

    def processing(self, work: Work) -> Outcome:
        state, said = self._state(work.progress["container"])
        match state:
            case "FINISHED":
                return Go("publish", {"looks": 0})
            case "ERROR":
                raise _failed(said)
            case "EXPIRED":
                return Go("start")
            case "PUBLISHED":
                return Go("find", {"looks": 0})
        return _look_again(work)

    def publish(self, work: Work) -> Outcome:
        answer = self._graph.post(f"{work.account}/media_publish", creation_id=work.progress["container"])
        return Go("link", {"media": _id(answer)})

    def settle(self, work: Work) -> Outcome:
        """What became of a publication whose answer was lost. That nothing did is believed only when the container has
        said so for a while, and the post is not among the account's either."""
        state, _ = self._state(work.progress["container"])
        match state:
            case "PUBLISHED":
                return Go("find", {"looks": 0})
            case "ERROR":
                return Again("processing")  # which says what is wrong with it
            case "EXPIRED":
                return self._found(work) or Again("start")
        if (found := self._found(work)) is not None:
            return found
        passed = work.crossed_at is not None and clock.now() - work.crossed_at >= SETTLE
        return Again("publish") if state == "FINISHED" and passed else Wait(30)

    def find(self, work: Work) -> Outcome:
        """Which of the account's posts it became; it is public whether that is found out or not."""
        try:
            found = self._found(work)
        except Refused as error:
            if error.remedy is Remedy.RETRY:
                raise
            return Done(None)
        looks = number(work.progress.get("looks")) + 1
        return found or (Done(None) if looks >= _LOOKS else Wait(20.0 * looks, {"looks": looks}))

    def _found(self, work: Work) -> Done | None:
        """The oldest of the account's posts with this text since the call that nobody knows of."""
        since = (work.crossed_at or work.due_at) - timedelta(minutes=2)
        answer = self._graph.get(f"{work.account}/media", fields="id,caption,timestamp,permalink", limit="25")
        for post in sorted(items(answer.get("data")), key=lambda each: text(each.get("timestamp"))):
            same = text(post.get("caption")).strip() == work.text.strip()
            if same and text(post.get("id")) not in work.known and _instant(post.get("timestamp")) >= since:
                return Done(text(post["id"]), text(post.get("permalink")) or None)
        return None

    def link(self, work: Work) -> Outcome:
        """Where people see it. It is public whatever this answers."""
        media = text(work.progress["media"])
        try:
            answer = self._graph.get(media, fields="permalink")
        except (Refused, Unanswered):
            return Done(media)
        return Done(media, text(answer.get("permalink")) or None)

    def _state(self, container: str) -> tuple[str, str]:
        answer = self._graph.get(container, fields="status_code,status")
        return text(answer.get("status_code")) or "IN_PROGRESS", text(answer.get("status"))


def _file(work: Work, file: File, *, alone: bool) -> dict[str, str]:
    if file.kind == "image":
        return {"image_url": work.link(file)}
    return {"media_type": "REELS" if alone else "VIDEO", "video_url": work.link(file)}


def _look_again(work: Work) -> Wait:
    looks = number(work.progress.get("looks"))
    return Wait(_POLL[min(looks, len(_POLL) - 1)], {"looks": looks + 1})


def _id(answer: dict[str, Any]) -> str:
    if not text(answer.get("id")):
        raise Unanswered("Instagram answered with success and named nothing")
    return text(answer["id"])


def _failed(status: str) -> Refused:
    """The error a container ended with; its `status` ends with the subcode, as in `Error: … 2207026`."""
    digits = "".join(c if c.isdigit() else " " for c in status).split()
    subcode = next((int(word) for word in reversed(digits) if word.startswith("2207")), None)
    if subcode is None:
        return Refused(Remedy.RETRY, "container_error", status or "Instagram could not process the file", anew="start")
    refused = of_graph(400, None, subcode, status)
    return Refused(refused.remedy, refused.code, refused.detail, pause=refused.pause, anew="start")


def _instant(stamp: Any) -> datetime:
    """A time as Graph writes it, `2026-11-21T15:00:00+0000`."""
    try:
        return datetime.strptime(text(stamp), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)

"""Routes of social publishing: accounts, files, contents from the draft to what people see, the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC
from typing import Any
from uuid import UUID

from relevo import platform, social
from relevo.access import Principal
from relevo.api import cursor
from relevo.api import social_models as models
from relevo.api.actors import with_names
from relevo.api.application import app
from relevo.api.endpoint import Reply, endpoint
from relevo.api.preferences import LanguageHeaders
from relevo.db import UnitOfWork
from relevo.runtime import problems
from relevo.texts import say

_ROOT = "/api/social"
_ACCOUNT = f"{_ROOT}/accounts/<account_id>"
_POSTS, _POST = f"{_ROOT}/posts", f"{_ROOT}/posts/<post_id>"
_PUBLICATION = f"{_ROOT}/publications/<publication_id>"
_READ, _WRITE, _APPROVE, _CONNECT, _TAG = "social:read", "social:write", "social:approve", "settings:manage", "Social"


@contextmanager
def _possible(language: str) -> Iterator[None]:
    """What the post's status forbids, or a network would refuse, as answers."""
    try:
        yield
    except social.NotPossible as error:
        raise problems.Problem(409, str(error), kind="post-status") from error
    except social.NoModel as error:
        raise problems.Problem(409, str(error), kind="no-model") from error
    except social.Unfit as error:
        found = {str(account): [_told(each, language) for each in listed] for account, listed in error.found.items()}
        shown = {account: [each.model_dump() for each in listed] for account, listed in found.items()}
        sentences = " ".join(dict.fromkeys(f"{each.detail}." for listed in found.values() for each in listed))
        raise problems.Problem(422, sentences, kind="unfit", members={"problems": shown}) from error


def _told(found: social.Shortcoming, language: str) -> models.SocialProblem:
    detail = say(f"social.problem.{found.code}", language, **found.facts)
    return models.SocialProblem(code=found.code, detail=detail, place=found.place)


# ----------------------------------------------------------------------------------------------------------- accounts


@endpoint(app, "GET", f"{_ROOT}/networks", scope=_READ, summary="What networks take", tag=_TAG)
def list_social_networks(uow: UnitOfWork) -> models.SocialNetworks:
    """Each network's limits: what breaks one is refused before anything is scheduled."""
    items = [models.NetworkLimits(network=name, **asdict(limits)) for name, limits in social.LIMITS.items()]
    return models.SocialNetworks(items=items, timezone=platform.calendar.zone(uow).key)


@endpoint(app, "GET", f"{_ROOT}/accounts", scope=_READ, summary="Social accounts", tag=_TAG)
def list_social_accounts(uow: UnitOfWork) -> models.SocialAccounts:
    """Where the company publishes, and whether it can."""
    return models.SocialAccounts(items=[_account(uow, account) for account in social.accounts.all_accounts(uow)])


def _account(uow: UnitOfWork, account: social.Account) -> models.SocialAccount:
    timing = social.accounts.timing_of(uow, account.id)
    return models.SocialAccount(
        **asdict(account), ends_soon=account.is_ending, timing=timing and models.SocialTiming(**timing)
    )


@endpoint(app, "POST", f"{_ROOT}/accounts", scope=_CONNECT, summary="Connect an account", tag=_TAG, status=201)
def connect_social_account(uow: UnitOfWork, caller: Principal, body: models.SocialAccountIn) -> models.SocialAccount:
    """Takes up an account, or connects it again with a new token: what waited for it goes on. The token goes into
    Secrets Manager and is never told again."""
    renewable = body.network == "tiktok" and body.refresh_token is not None
    ends = None if renewable else body.expires_at
    account = social.accounts.connect(
        uow, body.network, body.external_id, body.name, expires_at=ends, actor=caller.name
    )
    kept = body.model_dump(include={"access_token", "refresh_token", "client_key", "client_secret"}, exclude_none=True)
    if renewable and body.expires_at:
        kept["expires_at"] = body.expires_at.astimezone(UTC).isoformat()
    social.tokens.keep(uow, body.network, body.external_id, kept)
    return _account(uow, account)


@endpoint(app, "PATCH", _ACCOUNT, scope=_APPROVE, summary="Posts a week", tag=_TAG)
def change_social_account(
    uow: UnitOfWork, caller: Principal, account_id: UUID, body: models.SocialAccountPatch
) -> models.SocialAccount:
    """How many posts a week the plan keeps times for, from its next run on."""
    return _account(uow, social.accounts.change_weekly(uow, account_id, body.weekly, actor=caller.name))


@endpoint(app, "DELETE", _ACCOUNT, scope=_CONNECT, summary="Remove an account", tag=_TAG, status=204)
def remove_social_account(uow: UnitOfWork, caller: Principal, account_id: UUID) -> None:
    """Nothing is published there any more; what waits for it is cancelled. What is public stays so."""
    social.accounts.remove(uow, account_id, actor=caller.name)


# -------------------------------------------------------------------------------------------------------------- files


@endpoint(app, "POST", f"{_ROOT}/media", scope=_WRITE, summary="Announce a file", tag=_TAG, status=201)
def announce_social_media(uow: UnitOfWork, caller: Principal, body: models.SocialMediaIn) -> models.SocialUpload:
    """A place for a picture or a video: PUT the file to `url`, then call `…/uploaded`."""
    media = social.media.announce(uow, body.filename, body.mime_type, body.size, actor=caller.name)
    return models.SocialUpload(media=_media(media), url=social.media.upload_link(media))


@endpoint(
    app, "POST", f"{_ROOT}/media/<media_id>/uploaded", scope=_WRITE, summary="The file is there", tag=_TAG
)  # fmt: skip
def take_social_media(uow: UnitOfWork, media_id: UUID) -> models.SocialMedia:
    """Looks into the file: it is `ready` with its size, or `refused` with the reason."""
    return _media(social.media.take(uow, media_id))


def _media(media: social.media.Media) -> models.SocialMedia:
    url = social.media.link(media) if media.state == "ready" else None
    seconds = None if media.seconds is None else float(media.seconds)
    return models.SocialMedia(**asdict(media) | {"url": url, "seconds": seconds})


# ----------------------------------------------------------------------------------------------------------- contents


@endpoint(app, "GET", _POSTS, scope=_READ, summary="Posts", tag=_TAG)
def list_social_posts(uow: UnitOfWork, query: models.PostQuery, headers: LanguageHeaders) -> models.SocialPostPage:
    """Contents, the newest first, a page at a time."""
    found = social.posts.list_posts(
        uow, statuses=query.status, after=cursor.decode(query.cursor), limit=query.limit + 1
    )
    shown = found[: query.limit]
    last = shown[-1].id if len(found) > query.limit else None
    items = [models.SocialPostItem(**each) for each in _shown(uow, shown, headers.language)]
    return models.SocialPostPage(items=items, next=cursor.encode(last))


@endpoint(app, "GET", f"{_ROOT}/calendar", scope=_READ, summary="Calendar", tag=_TAG)
def read_social_calendar(
    uow: UnitOfWork, query: models.CalendarQuery, headers: LanguageHeaders
) -> models.SocialCalendar:
    """Contents with a time from `start` to before `end`, and the times the plan keeps."""
    posts = _shown(uow, social.posts.between(uow, query.start, query.end), headers.language)
    slots = social.slots.between(uow, query.start, query.end)
    return models.SocialCalendar(
        posts=[models.SocialPostItem(**each) for each in posts],
        slots=[models.SocialSlot(**asdict(slot)) for slot in slots],
    )


@endpoint(app, "POST", _POSTS, scope=_WRITE, summary="Write a post", tag=_TAG, status=201)
def write_social_post(
    uow: UnitOfWork, caller: Principal, body: models.SocialPostIn, headers: LanguageHeaders
) -> Reply[models.SocialPost]:
    """A draft; it tells at once what each network would refuse."""
    post = social.posts.write(uow, _content(body), actor=caller.name)
    return Reply(_full(uow, post, headers.language), 201, {"location": f"{_POSTS}/{post.id}"})


@endpoint(
    app, "POST", f"{_ROOT}/generate", scope=_WRITE, summary="Have a post written", tag=_TAG, status=201, refusals=(409,)
)  # fmt: skip
def generate_social_post(
    uow: UnitOfWork, caller: Principal, body: models.GenerateIn, headers: LanguageHeaders
) -> Reply[models.SocialPost]:
    """A draft by the language model, worded for each network; a picture follows within minutes where one is wanted.
    409 `no-model` where none is set up or it did not answer."""
    with _possible(headers.language):
        post = social.generating.propose(
            uow,
            body.accounts,
            purpose=body.purpose,
            subject=body.subject,
            language=body.language,
            illustrate=body.illustrate,
            actor=caller.name,
        )
    return Reply(_full(uow, post, headers.language), 201, {"location": f"{_POSTS}/{post.id}"})


@endpoint(app, "GET", _POST, scope=_READ, summary="One post", tag=_TAG)
def read_social_post(uow: UnitOfWork, post_id: UUID, headers: LanguageHeaders) -> models.SocialPost:
    """A content with what became of it on each account."""
    return _full(uow, social.posts.get(uow, post_id), headers.language)


@endpoint(app, "PUT", _POST, scope=_WRITE, summary="Change a post", tag=_TAG, refusals=(409,))
def change_social_post(
    uow: UnitOfWork, caller: Principal, post_id: UUID, body: models.SocialPostIn, headers: LanguageHeaders
) -> models.SocialPost:
    """Another content: it is a draft again, whatever was approved. 409 once it is public anywhere, or may be."""
    with _possible(headers.language):
        return _full(uow, social.posts.edit(uow, post_id, _content(body), actor=caller.name), headers.language)


@endpoint(app, "POST", f"{_POST}/submit", scope=_WRITE, summary="Ask for approval", tag=_TAG, refusals=(409,))
def submit_social_post(
    uow: UnitOfWork, caller: Principal, post_id: UUID, headers: LanguageHeaders
) -> models.SocialPost:
    """The draft waits for somebody who may approve it."""
    with _possible(headers.language):
        return _full(uow, social.posts.submit(uow, post_id, actor=caller.name), headers.language)


@endpoint(app, "POST", f"{_POST}/approve", scope=_APPROVE, summary="Approve a post", tag=_TAG, refusals=(409,))
def approve_social_post(
    uow: UnitOfWork, caller: Principal, post_id: UUID, headers: LanguageHeaders
) -> models.SocialPost:
    """It may go out as it is; any change makes it a draft again."""
    with _possible(headers.language):
        return _full(uow, social.posts.approve(uow, post_id, actor=caller.name), headers.language)


@endpoint(app, "POST", f"{_POST}/reject", scope=_APPROVE, summary="Reject a post", tag=_TAG, refusals=(409,))
def reject_social_post(
    uow: UnitOfWork, caller: Principal, post_id: UUID, body: models.SocialRejection, headers: LanguageHeaders
) -> models.SocialPost:
    """A draft again, with the reason in its history."""
    with _possible(headers.language):
        post = social.posts.reject(uow, post_id, reason=body.reason, actor=caller.name)
        return _full(uow, post, headers.language)


@endpoint(app, "POST", f"{_POST}/schedule", scope=_WRITE, summary="Schedule a post", tag=_TAG, refusals=(409,))
def schedule_social_post(
    uow: UnitOfWork, caller: Principal, post_id: UUID, body: models.SocialTime, headers: LanguageHeaders
) -> models.SocialPost:
    """Publishes an approved post at the time, on every account of it; a time that is now within seconds. 422 `unfit`
    with each account's `problems` where a network would refuse it."""
    with _possible(headers.language):
        return _full(uow, social.posts.schedule(uow, post_id, body.at, actor=caller.name), headers.language)


@endpoint(
    app, "POST", f"{_POST}/unschedule", scope=_WRITE, summary="Take a post's time back", tag=_TAG, refusals=(409,)
)
def unschedule_social_post(
    uow: UnitOfWork, caller: Principal, post_id: UUID, headers: LanguageHeaders
) -> models.SocialPost:
    """Approved, without a time. 409 once it is public anywhere, or may be."""
    with _possible(headers.language):
        return _full(uow, social.posts.unschedule(uow, post_id, actor=caller.name), headers.language)


@endpoint(app, "POST", f"{_POST}/cancel", scope=_WRITE, summary="Cancel a post", tag=_TAG, refusals=(409,))
def cancel_social_post(
    uow: UnitOfWork, caller: Principal, post_id: UUID, headers: LanguageHeaders
) -> models.SocialPost:
    """It is never published. 409 once it is public anywhere, or may be."""
    with _possible(headers.language):
        return _full(uow, social.posts.cancel(uow, post_id, actor=caller.name), headers.language)


@endpoint(app, "POST", f"{_PUBLICATION}/retry", scope=_WRITE, summary="Try again", tag=_TAG, refusals=(409,))
def retry_social_publication(
    uow: UnitOfWork, caller: Principal, publication_id: UUID, body: models.SocialAttempt, headers: LanguageHeaders
) -> models.SocialPost:
    """Publishes a failed publication from its beginning, now; with `text` in other words."""
    with _possible(headers.language):
        post = social.posts.retry(uow, publication_id, words=body.text, actor=caller.name)
        return _full(uow, post, headers.language)


@endpoint(
    app, "POST", f"{_PUBLICATION}/settle", scope=_WRITE, summary="Say whether it is public", tag=_TAG, refusals=(409,)
)
def settle_social_publication(
    uow: UnitOfWork, caller: Principal, publication_id: UUID, body: models.SocialSeen, headers: LanguageHeaders
) -> models.SocialPost:
    """For a publication that is `unknown`: somebody looked at the network. What is not public is published now."""
    with _possible(headers.language):
        post = social.posts.settle(
            uow, publication_id, is_public=body.is_public, permalink=body.permalink, actor=caller.name
        )
        return _full(uow, post, headers.language)


@endpoint(app, "GET", f"{_ROOT}/best-times", scope=_READ, summary="Best times", tag=_TAG)
def read_best_times(uow: UnitOfWork, query: models.TimesQuery) -> models.BestTimes:
    """How an account's hours of the week compare, learned from its own posts; what is known of the network until there
    are some."""
    timing = social.accounts.timing_of(uow, query.account)
    hours = social.planning.best_times(uow, query.account, query.kind)
    return models.BestTimes(
        items=[models.BestHour(weekday=day, hour=hour, lift=lift, posts=posts) for day, hour, lift, posts in hours],
        timezone=platform.calendar.zone(uow).key,
        timing=timing and models.SocialTiming(**timing),
    )


# ------------------------------------------------------------------------------------------------------------- shapes


def _content(body: models.SocialPostIn) -> social.Content:
    wordings = {each.account_id: each.text or None for each in body.accounts}
    return social.Content(body.text, body.media, wordings, body.purpose)


def _full(uow: UnitOfWork, post: social.Post, language: str) -> models.SocialPost:
    [shown] = _shown(uow, [social.posts.get(uow, post.id)], language)
    return models.SocialPost(**shown, history=with_names(uow, social.posts.history(uow, post.id)))


def _shown(uow: UnitOfWork, posts: Sequence[social.Post], language: str) -> list[dict[str, Any]]:
    wanted = [post.id for post in posts]
    files, publications = social.media.of_posts(uow, wanted), social.posts.publications_of(uow, wanted)
    return [
        asdict(post)
        | {
            "media": [_media(media) for media in files[post.id]],
            "publications": _publications(post, publications[post.id], files[post.id], language),
        }
        for post in posts
    ]


def _publications(
    post: social.Post, found: Sequence[social.Publication], files: Sequence[social.media.Media], language: str
) -> list[models.SocialPublication]:
    """What the post is on each account; what its network would refuse only where that still matters."""
    matters = post.status not in ("published", "cancelled")
    missing = social.posts.problems_of(post, found, files) if matters else {}
    return [
        models.SocialPublication(
            **asdict(each), problems=[_told(problem, language) for problem in missing.get(each.account_id, ())]
        )
        for each in found
    ]

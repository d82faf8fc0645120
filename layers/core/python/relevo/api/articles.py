"""Routes of the articles the bot answers from."""

from __future__ import annotations

from uuid import UUID

from relevo import knowledge
from relevo.access import Principal
from relevo.api import cursor
from relevo.api.actors import with_names
from relevo.api.application import app
from relevo.api.article_models import (
    Article,
    ArticleChange,
    ArticleIn,
    ArticleItem,
    ArticlePage,
    ArticleQuery,
    ArticleText,
    ArticleVersion,
    ArticleVersions,
    Match,
    Restoration,
    Trial,
    TrialIn,
)
from relevo.api.endpoint import Reply, endpoint
from relevo.db import UnitOfWork
from relevo.knowledge import NewerVersion, SlugTaken
from relevo.runtime.problems import Problem

_ARTICLES = "/api/knowledge/articles"
_ARTICLE = f"{_ARTICLES}/<article_id>"


@endpoint(app, "GET", _ARTICLES, scope="articles:read", summary="List and search articles", tag="Articles")
def list_articles(uow: UnitOfWork, query: ArticleQuery) -> ArticlePage:
    """Articles without their texts, the last changed first, a page at a time."""
    rows = knowledge.list_articles(
        uow,
        q=query.q,
        language=query.language,
        status=query.status,
        after=cursor.decode(query.cursor),
        limit=query.limit + 1,
    )
    shown = rows[: query.limit]
    last = shown[-1]["id"] if len(rows) > query.limit else None
    return ArticlePage(items=[ArticleItem.model_validate(row) for row in shown], next=cursor.encode(last))


@endpoint(
    app, "POST", _ARTICLES, scope="articles:write", summary="Write an article", tag="Articles", status=201,
    refusals=(409,),
)  # fmt: skip
def create_article(uow: UnitOfWork, caller: Principal, body: ArticleIn) -> Reply[Article]:
    """Writes a new article, or another language of one. Published, customers find it as soon as the bot has learnt it;
    until then its `state` is learning. 409 where that language is written already."""
    try:
        article = knowledge.create_article(
            uow,
            _draft(body),
            language=body.language,
            slug=body.slug,
            publish=body.publish,
            actor=caller.name,
            reason=body.reason,
        )
    except SlugTaken as error:
        raise Problem(409, str(error), kind="article-exists", members={"article_id": str(error.article_id)}) from error
    return Reply(Article.model_validate(article), 201, {"location": f"{_ARTICLES}/{article.id}"})


def _draft(body: ArticleText) -> knowledge.Draft:
    return knowledge.Draft(body.category, body.title, body.body, body.questions)


@endpoint(app, "GET", _ARTICLE, scope="articles:read", summary="One article", tag="Articles")
def read_article(uow: UnitOfWork, article_id: UUID) -> Article:
    """An article as it is."""
    return Article.model_validate(knowledge.get_article(uow, article_id))


@endpoint(app, "PUT", _ARTICLE, scope="articles:write", summary="Change an article", tag="Articles", refusals=(409,))
def change_article(uow: UnitOfWork, caller: Principal, article_id: UUID, body: ArticleChange) -> Article:
    """Saves the next version. 409 when `version` is sent and somebody saved another since."""
    try:
        article = knowledge.change_article(
            uow,
            article_id,
            _draft(body),
            publish=body.publish,
            version=body.version,
            actor=caller.name,
            reason=body.reason,
        )
    except NewerVersion as error:
        raise Problem(409, str(error), kind="newer-version", members={"version": error.version}) from error
    return Article.model_validate(article)


@endpoint(app, "DELETE", _ARTICLE, scope="articles:write", summary="Delete an article", tag="Articles", status=204)
def delete_article(uow: UnitOfWork, caller: Principal, article_id: UUID) -> None:
    """Puts the article away: no customer finds it any more. It can be restored with any of its versions."""
    knowledge.archive_article(uow, article_id, actor=caller.name)


@endpoint(app, "POST", f"{_ARTICLE}/restore", scope="articles:write", summary="Restore a version", tag="Articles")
def restore_article(uow: UnitOfWork, caller: Principal, article_id: UUID, body: Restoration) -> Article:
    """Lets the article say again what it said in a version, as its next one; a deleted one is a draft again."""
    restored = knowledge.restore_article(uow, article_id, body.version, actor=caller.name, reason=body.reason)
    return Article.model_validate(restored)


@endpoint(app, "GET", f"{_ARTICLE}/versions", scope="articles:read", summary="Versions of an article", tag="Articles")
def article_versions(uow: UnitOfWork, article_id: UUID) -> ArticleVersions:
    """What the article said, the newest version first, with who wrote it and why."""
    knowledge.get_article(uow, article_id)
    rows = with_names(uow, knowledge.versions(uow, article_id))
    return ArticleVersions(items=[ArticleVersion.model_validate(row) for row in rows])


@endpoint(app, "POST", "/api/knowledge/try", scope="articles:read", summary="Try a question", tag="Articles")
def try_question(uow: UnitOfWork, body: TrialIn) -> Trial:
    """What the bot would do if a customer asked this: the articles it finds, how sure it is, and whether it answers."""
    rehearsal = knowledge.rehearse(uow, body.question, body.language)
    found = [Match.model_validate(match) for match in rehearsal.found]
    return Trial(found=found, would=rehearsal.would, reason=rehearsal.reason)

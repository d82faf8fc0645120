"""What the company knows, and the bot that answers from it (`relevo.knowledge.chatbot`).

with database().unit_of_work() as uow:
    save_article(uow, slug="refunds", language="en", title="Refunds", body="…", questions=["…"], publish=True)
    refresh(uow)
    search(uow, "can I get my money back?", "en")[0].confidence
"""

import os

from relevo.knowledge.articles import publish, save_article, set_status, versions
from relevo.knowledge.collection import Entry, parse_collection, save_collection
from relevo.knowledge.editing import (
    Article,
    Draft,
    NewerVersion,
    SlugTaken,
    archive_article,
    change_article,
    create_article,
    get_article,
    list_articles,
    restore_article,
)
from relevo.knowledge.limits import SETTINGS
from relevo.knowledge.refresh import learn, refresh
from relevo.knowledge.rehearsing import Rehearsal, rehearse
from relevo.knowledge.search import Found, search

__all__ = [
    "SETTINGS",
    "Article",
    "Draft",
    "Entry",
    "Found",
    "NewerVersion",
    "Rehearsal",
    "SlugTaken",
    "archive_article",
    "change_article",
    "create_article",
    "get_article",
    "learn",
    "list_articles",
    "parse_collection",
    "publish",
    "refresh",
    "rehearse",
    "restore_article",
    "save_article",
    "save_collection",
    "search",
    "set_status",
    "versions",
]

# numpy, loaded with the first search, would otherwise keep a thread a core spinning for products too small to share.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

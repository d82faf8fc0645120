"""What the company knows, and the bot that answers from it (`relevo.knowledge.chatbot`).

with database().unit_of_work() as uow:
    save_article(uow, slug="refunds", language="en", title="Refunds", body="…", questions=["…"], publish=True)
    refresh(uow)
    search(uow, "can I get my money back?", "en")[0].confidence
"""

from relevo.knowledge.articles import publish, save_article, set_status, versions
from relevo.knowledge.refresh import refresh
from relevo.knowledge.search import Found, search

__all__ = ["Found", "publish", "refresh", "save_article", "search", "set_status", "versions"]

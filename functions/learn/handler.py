"""Learn what articles say now: embed what is new and fit the search again.

Triggered by `article.changed`. Of many changes at once the first is learnt with all of them; the others find nothing
left to do.
"""

from relevo import knowledge
from relevo.db import UnitOfWork
from relevo.events import ArticleChanged
from relevo.runtime import consumer, logger


@consumer(ArticleChanged)
def handler(event: ArticleChanged, uow: UnitOfWork) -> None:
    logger.info("articles learnt", article_id=str(event.article_id), found=knowledge.learn(uow))

"""The FAQ search: how fast it answers as articles grow, and how well it judges public questions without any model key.

Speed is measured on articles made of Zipf-distributed words, placed by a really fitted model. Quality needs data sets
that are no part of the project: RELEVO_BENCH_DATA names a folder with `clinc_{train,test,out_of_scope}.csv` (CLINC150)
and `library_bot_{es,en}.csv`, all with the columns text and label.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from infra.cli.evaluate.faq import measure
from infra.cli.evaluate.labelled import Row, percentile, read
from infra.local.postgres import throw_away
from relevo import clock, ids, knowledge
from relevo.db import Database
from relevo.db.migrate import migrate
from relevo.knowledge import encoders, halfvec
from relevo.knowledge import model as models
from relevo.text import embedding

if TYPE_CHECKING:
    from relevo.text.embedding import Matrix

SIZES = (100, 10_000, 100_000)
CALLS = 400
_FITTED = 100
_ASKED_ABOUT = 300
"""Of each size's new articles, those that questions are about; only these get real sentence embeddings."""
_BLOCK = 2_000
_SUBJECTS = (
    *("factura", "contraseña", "reembolso", "pedido", "cuenta", "plan", "envío", "garantía", "invoice", "password"),
    *(
        "refund",
        "order",
        "account",
        "delivery",
        "warranty",
        "tarjeta",
        "horario",
        "sucursal",
        "payment",
        "opening hours",
    ),
)
_ASKED = ("cómo {}", "dónde veo {}", "no funciona {}", "how do I {}", "where is {}", "cancel {}", "cambiar {}")

_VOCABULARY = [
    line
    for line in Path(str(embedding.__file__)).with_name("embedding_vocabulary.txt").read_text("utf-8").splitlines()
    if len(line) > 3 and line.isalpha() and line.isascii()
]
"""Some 20,000 English words, the commonest first."""


def run() -> Iterator[dict[str, Any]]:
    yield from _speed()
    folder = os.environ.get("RELEVO_BENCH_DATA")
    if not folder:
        print("faq: no quality figures, for RELEVO_BENCH_DATA names no folder of data sets", file=sys.stderr)
        return
    yield from _clinc(Path(folder))
    yield from _library(Path(folder))


def _speed() -> Iterator[dict[str, Any]]:
    chance = random.Random(0)
    with throw_away() as url:
        migrate(url)
        database = Database(lambda: url)
        known, stored = _fit(database, chance), _FITTED
        for size in SIZES:
            known += _grow(database, size - stored, chance)
            stored = size
            times = sorted(_ask(database, known, chance))
            recall = _recall(database, known, chance)
            yield {"name": "faq.search.recall", "articles": size, "value": recall, "unit": "share"}
            for name, value in (("p50_ms", statistics.median(times)), ("p95_ms", percentile(times, 0.95))):
                yield {"name": f"faq.search.{name}", "articles": size, "value": round(value, 2), "unit": "ms"}
        database.close()


def _sentence(chance: random.Random, words: int) -> str:
    """Words of which the n-th commonest is n times as rare as the first, a known subject among them."""
    rare = (_VOCABULARY[int(len(_VOCABULARY) ** chance.random()) - 1] for _ in range(words))
    return f"{chance.choice(_ASKED).format(chance.choice(_SUBJECTS))} {' '.join(rare)}"


def _question(known: list[str], chance: random.Random) -> str:
    """What somebody asks about one of the `known` texts: its words but one, and another."""
    words = chance.choice(known).split()
    words[chance.randrange(len(words))] = chance.choice(_VOCABULARY)
    return " ".join(words)


def _fit(database: Database, chance: random.Random) -> list[str]:
    """Learn from _FITTED articles as a company would; the questions they are asked."""
    known: list[str] = []
    with database.unit_of_work() as uow:
        for number in range(_FITTED):
            questions = [_sentence(chance, 3) for _ in range(4)]
            body = _sentence(chance, 40)
            knowledge.save_article(
                uow,
                slug=f"real-{number}",
                language="es",
                title=questions[0],
                body=body,
                questions=questions,
                publish=True,
            )
            known += questions
        knowledge.refresh(uow)
    return known


def _grow(database: Database, more: int, chance: random.Random) -> list[str]:
    """Insert `more` articles with a question each; a head is what the fitted model makes of that question. The texts
    of those that will be asked about."""
    connection, known = database.connection(), list[str]()
    connection.execute("SET maintenance_work_mem = '1GB'")
    if more:
        connection.execute("DROP INDEX knowledge.article_head")
        with database.unit_of_work() as uow:
            model = models.current(uow)
            assert model is not None
            pool = np.random.default_rng(0).standard_normal((64, len(model.features.mean)), dtype=np.float32)
            for start in range(0, more, _BLOCK):
                texts = [_sentence(chance, 4) for _ in range(min(_BLOCK, more - start))]
                embeddings = model.features.mean + np.stack(
                    [pool[chance.randrange(64)] + pool[chance.randrange(64)] for _ in texts]
                )
                if not start:
                    known = texts[:_ASKED_ABOUT]
                    embeddings[: len(known)] = encoders.named(model.embedding_model).encode(known)
                _insert(uow.connection, texts, model.vectors(texts, embeddings), chance)
        connection.execute("CREATE INDEX article_head ON knowledge.article USING hnsw (head halfvec_ip_ops)")
    connection.execute("VACUUM ANALYZE knowledge.article")
    connection.execute("VACUUM ANALYZE knowledge.article_question")
    return known


def _insert(connection: Any, texts: list[str], vectors: Matrix, chance: random.Random) -> None:
    at = clock.now()
    heads = 10 * vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    articles, questions = [], []
    for text, vector, head in zip(texts, vectors, heads, strict=True):
        article_id = ids.new_id()
        level = halfvec.write(np.concatenate([head, [-2.0, 1.0]]))
        articles.append((article_id, f"made-{article_id}", text, _sentence(chance, 40), level, at, at))
        questions.append((ids.new_id(), article_id, text, halfvec.write(vector)))
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO knowledge.article (id, slug, language, title, body, status, head, created_at, updated_at)"
            " VALUES (%s, %s, 'es', %s, %s, 'published', %s::halfvec, %s, %s)",
            articles,
        )
        cursor.executemany(
            "INSERT INTO knowledge.article_question (id, article_id, language, text, vector)"
            " VALUES (%s, %s, 'es', %s, %s::halfvec)",
            questions,
        )


def _ask(database: Database, known: list[str], chance: random.Random) -> Iterator[float]:
    """Milliseconds of each question, as the bot asks it: embedding, candidates, ranking and evidence."""
    for number in range(CALLS + 20):
        question = _question(known, chance)
        started = time.perf_counter()
        with database.unit_of_work() as uow:
            knowledge.search(uow, question, "es")
        if number >= 20:
            yield (time.perf_counter() - started) * 1000


def _recall(database: Database, known: list[str], chance: random.Random, questions: int = 40) -> float:
    """How often the index finds the article that reading every one of them finds to be the best."""
    hits = 0
    with database.unit_of_work() as uow:
        model = models.current(uow)
        assert model is not None
        for _ in range(questions):
            question = _question(known, chance)
            vector = model.vectors([question], encoders.named(model.embedding_model).encode([question]))[0]
            asked = halfvec.write(np.concatenate([vector, [1.0, 0.0]]))
            exact = uow.one("SELECT id FROM knowledge.article ORDER BY (head <#> %s::halfvec) + 0.0 LIMIT 1", (asked,))
            found = knowledge.search(uow, question, "es", limit=1)
            hits += exact is not None and bool(found) and found[0].article_id == exact["id"]
    return round(hits / questions, 3)


def _clinc(folder: Path) -> Iterator[dict[str, Any]]:
    train, test, beyond = (read(folder / f"clinc_{part}.csv", ("text",)) for part in ("train", "test", "out_of_scope"))
    strange = [row["text"] for row in beyond]
    yield from _figures("clinc150", measure(train, test, strange))
    for seed in range(2):
        few = [row for rows in _by_label(train, seed).values() for row in rows[:5]]
        yield from _figures(f"clinc150, 5 an intent, seed {seed}", measure(few, test, strange))


def _library(folder: Path) -> Iterator[dict[str, Any]]:
    for language in ("es", "en"):
        rows = read(folder / f"library_bot_{language}.csv", ("text", "label"))
        folds: dict[int, list[Row]] = defaultdict(list)
        for same in _by_label(rows, 0).values():
            for number, row in enumerate(same):
                folds[number % 5].append(row)
        parts = [
            measure([row for other in folds if other != fold for row in folds[other]], folds[fold]) for fold in folds
        ]
        count = sum(part["n"] for part in parts)
        merged = {
            name: round(sum(part[name] * part["n"] for part in parts) / count, 4)
            for name in ("top1", "top3", "mrr", "handed_over", "right_when_answered")
        }
        yield from _figures(f"library bot {language}, 5-fold", merged)


def _by_label(rows: list[Row], seed: int) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in random.Random(seed).sample(rows, len(rows)):
        groups[row["label"]].append(row)
    return groups


def _figures(data: str, merit: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, value in merit.items():
        if not name.endswith(("_ms", "n")):
            yield {"name": f"faq.quality.{name}", "data": data, "value": value, "unit": "share"}

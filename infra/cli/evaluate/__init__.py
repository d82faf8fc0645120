"""`relevo evaluate …`: how well Relevo would judge your own traffic, on data you bring."""

from __future__ import annotations

import typer

from infra.cli.evaluate import pictures, text
from infra.cli.evaluate.churn import churn
from infra.cli.evaluate.faq import faq
from infra.cli.evaluate.readings import readings

evaluate = typer.Typer(no_args_is_help=True, help="Measure Relevo's judgement on labelled data.")
evaluate.command("language")(text.language)
evaluate.command("sentiment")(text.sentiment)
evaluate.command("priority")(text.priority)
evaluate.command("faq")(faq)
evaluate.command("churn")(churn)
evaluate.command("vin")(pictures.vin)
evaluate.command("text")(pictures.text)
evaluate.command("readings")(readings)

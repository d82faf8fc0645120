"""`relevo evaluate faq` on files as people have them."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from infra.cli import main

TRAIN = """text,label
olvidé mi contraseña,password
no recuerdo mi clave,password
cambiar la contraseña,password
¿dónde está mi factura?,invoice
necesito la factura en pdf,invoice
descargar recibos,invoice
,invoice
quiero un reembolso,refund
devuélvanme el dinero,refund
"""


def run(folder: Path, train: str, *more: str) -> tuple[int, str, str]:
    (folder / "train.csv").write_text(train, encoding="utf-8")
    (folder / "test.csv").write_text(
        "text,label\nolvide mi contrasena,password\nbajar la factura,invoice\nun reenbolso,refund\n", encoding="utf-8"
    )
    (folder / "oos.csv").write_text("text\n¿quién ganó el mundial?\nxyz\n", encoding="utf-8")
    files = [f"--train={folder / 'train.csv'}", f"--test={folder / 'test.csv'}", *more]
    result = CliRunner().invoke(main, ["evaluate", "faq", *files])
    return result.exit_code, result.stdout, result.stderr


def test_every_figure_is_told(tmp_path: Path) -> None:
    # Given three articles, one row without a text, and questions with typos
    code, output, _ = run(tmp_path, TRAIN, f"--out-of-scope={tmp_path / 'oos.csv'}")
    figures = json.loads(output.strip().splitlines()[-1])
    # Then the last line holds the figures
    assert code == 0
    assert figures["n"] == 3
    assert figures["top1"] == figures["top3"] == figures["mrr"] == 1.0
    assert figures["out_of_scope_handed_over"] == 1.0
    assert 0 <= figures["handed_over"] <= 1
    assert figures["p95_ms"] > 0


def test_a_missing_column_is_told_in_one_line(tmp_path: Path) -> None:
    # Given a train file without labels
    code, _, errors = run(tmp_path, "text,topic\nhola,x\n")
    # Then the error names what is missing
    assert code == 2
    assert "lacks the column label" in errors

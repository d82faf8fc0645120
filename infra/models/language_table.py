"""Make `relevo/text/data/language.json`: how much each word and letter sequence speaks for en, es or pt.

    uv run --with pyspellchecker==0.9.1 --with py3langid==0.4.0 python -m infra.models.language_table

Two sources, both with licences that allow it (see `relevo/text/data/NOTICE.md`):

* words: counts of film subtitles in pyspellchecker (MIT); its Spanish list keeps only base forms, so the commonest
  inflected forms are supplied by `SPANISH_PER_MILLION`, and chat spellings by `CHAT_PER_MILLION`;
* letter sequences: the byte n-grams of py3langid's model (BSD-3) that tell these three languages apart.

Each weight is ten times the natural logarithm of a probability, centred over the three languages. The result answers in
a tenth of the memory and load time of the full model (which needs numpy and 0.6 s), and better on short messages.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from collections import deque
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from relevo.text.language import LANGUAGES, TABLE
from relevo.text.words import unaccented

WORDS_PER_LANGUAGE = 3000
SMOOTHING_PER_MILLION = 1.0
GREATEST_WEIGHT = 60
LEAST_GRAM_SPREAD = 3.0
LONGEST_GRAM = 6
# People leave accents out; this share of an accented word's count goes to its bare form.
UNACCENTED_SHARE = 0.25
REGULAR_PLURAL_SHARE = {"s": 0.4, "es": 0.1}
# Endings both languages share; the Spanish list lacks these forms, so that their absence from it says nothing.
SHARED_ENDING, SHARED_FORM_SHARE = re.compile(r"(?!obrigad)[a-zñ]{3,}(?:ando|iendo|[ai]d[oa]s?)"), 0.5

SPANISH_PER_MILLION = {
    8000: "qué está hay estoy cómo",
    3000: "fue va gracias puedo quiero creo eres soy tiene están puede vamos estaba dónde estás hace quién"
    " necesito había puedes cuándo",
    1200: "tienes quieres ustedes sabes años voy días buenas buenos dice dijo han has hemos somos cosas sería"
    " podría gustaría dime hago vas cuánto cuál hacía otros otras tenía podemos tenemos estamos pasa",
    500: "noches tardes dame haces hice fui quiere digo veo oye sé horas problemas cosas algunos algunas todos"
    " muchos muchas según aún dio hizo tuvo pudo vino puso quiso sigue siguen sigo pienso parece viene vienen"
    " vengo tengan pueden quieren tienen deben debo debes debe hacen dicen ven mira espera espero esperando"
    " llama llamo llamar llaman podrían debería deberían podía quería querían quisiera hubiera fuera sea sean"
    " haya esté estén tenga haga diga pueda puedan vaya venga",
    200: "meses semanas minutos segundos amigos clientes productos datos servicios compras pedidos facturas"
    " cuentas tarjetas pagos cobros envíos correos mensajes contraseñas tengas puedas hagas digas dígame dígale"
    " déjame ayúdame ayúdenme ayúdeme dijeron hicieron fueron pusieron dieron llegó llega llegan llegar llegado"
    " compré compro compra pagué pagó pago recibí recibió recibo mandé mandaron mandan mando envié enviaron"
    " envían envío pedí pidió pido pides cobraron cobran cobro funciona funcionan funcionaba sirve sirven anda"
    " andan ando abre abren abro entra entro entrar sale salgo salen aparece aparecen deja dejan dejo dejé"
    " carga cargan intento intenté quedó queda quedan quedé perdí perdió olvidé olvidó cambié cambia cambio"
    " cambiar cancelo cancelar cancelé devolver devuelvan devolución descargo descargar descargué encuentro"
    " encuentra encontrar",
    90: "hola holi buen saludos bendiciones porfa porfavor porfis plis oigan che vos sos tenés podés querés"
    " sabés decime mandame fijate acá ahorita órale güey wey neta chido chévere bacán parce vale tío guay mola"
    " joder coño hostia tal tranquilo tranquila disculpa disculpe disculpen perdone oiga señorita joven"
    " licenciado don doña cuánta cuántas cuántos cuáles quiénes ninguno vuestra vuestro vuestros vosotros"
    " habéis estáis tenéis podéis queréis sabéis hacéis decís jaja jajaja jeje ay uy xq pq porq tmb tb ta pos"
    " nomás nomas luego lueguito ratito",
}
CHAT_PER_MILLION = {
    "pt": {
        2000: "vc vcs pra pro né tá tô oi",
        500: "blz vlw kkk kkkk rsrs obg obgd brigado brigada cadê aí tbm tb hj amanhã msg qnd qdo eae opa fala"
        " bjs abs valeu beleza show legal boleto pix cpf cnpj nota fiscal cadastro senha celular reembolso"
        " estorno frete rastreio encomenda atendimento atendente suporte",
    },
    "en": {
        500: "thx ty pls plz u ur im dont cant wont isnt doesnt didnt gonna wanna gotta idk btw asap fyi lol"
        " omg hey hiya yo yep nope yeah login logout password refund invoice",
    },
}


def main() -> None:
    """Write the table and say how large it is."""
    words, grams = word_weights(), gram_weights()
    TABLE.write_text(json.dumps({"words": words, "grams": grams}, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{len(words)} words, {len(grams)} letter sequences, {TABLE.stat().st_size // 1024} KiB in {TABLE}")


def word_weights() -> dict[str, list[int]]:
    """Weights of the commonest words of each language, in the order of `LANGUAGES`."""
    counts = {language: per_million(language) for language in LANGUAGES}
    for word, frequency in counts["pt"].items():
        if word not in counts["es"] and SHARED_ENDING.fullmatch(word):
            counts["es"][word] = frequency * SHARED_FORM_SHARE
    vocabulary = {
        word for c in counts.values() for word in sorted(c, key=lambda w: c[w], reverse=True)[:WORDS_PER_LANGUAGE]
    }
    return {
        word: centred([math.log(counts[language].get(word, 0) + SMOOTHING_PER_MILLION) for language in LANGUAGES])
        for word in sorted(vocabulary)
    }


def per_million(language: str) -> dict[str, float]:
    """Occurrences of each word in a million words of subtitles, with our supplements and bare forms."""
    package = find_spec("spellchecker")
    if package is None or package.origin is None:
        raise SystemExit("pyspellchecker is missing: see the command at the top of this file")
    raw = json.loads(gzip.decompress((Path(package.origin).parent / f"resources/{language}.json.gz").read_bytes()))
    total = sum(raw.values())
    counts: dict[str, float] = {word: count / total * 1e6 for word, count in raw.items()}
    if language == "es":
        counts |= {form: share for form, share in regular_plurals(counts) if form not in counts}
    supplements = SPANISH_PER_MILLION if language == "es" else CHAT_PER_MILLION[language]
    for frequency, words in supplements.items():
        counts |= {word: max(counts.get(word, 0), frequency) for word in words.split()}
    for word, frequency in list(counts.items()):
        bare = unaccented(word)
        if bare != word:
            counts[bare] = counts.get(bare, 0) + UNACCENTED_SHARE * frequency
    return counts


def regular_plurals(counts: dict[str, float]) -> Iterator[tuple[str, float]]:
    """Spanish plurals and second persons built from the base forms, with a share of their count."""
    for word, frequency in counts.items():
        if len(word) > 3 and word[-1] in "aeoéáó":
            yield word + "s", frequency * REGULAR_PLURAL_SHARE["s"]
        elif len(word) > 3 and word[-1] in "nldrz":
            yield word + "es", frequency * REGULAR_PLURAL_SHARE["es"]


def gram_weights() -> dict[str, list[int]]:
    """Weights of the n-grams of py3langid that separate the three languages; read by walking its automaton."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    columns = [model.nb_classes.index(language) for language in LANGUAGES]
    spelled, queue, grams = {0: b""}, deque([0]), {}
    while queue:
        state = queue.popleft()
        if len(spelled[state]) == LONGEST_GRAM:
            continue
        for byte in range(256):
            following = model.tk_nextmove[model._rowbase[state] + byte]
            if following not in spelled:
                spelled[following] = spelled[state] + bytes([byte])
                queue.append(following)
    for state, letters in spelled.items():
        if model.tk_output[state] >= 0:
            weights = [float(model.nb_ptc[model.tk_output[state], column]) for column in columns]
            if max(weights) - min(weights) >= LEAST_GRAM_SPREAD:
                grams[letters.decode("utf-8", "replace")] = centred(weights)
    return {gram: weights for gram, weights in sorted(grams.items()) if gram == gram.lower() and "�" not in gram}


def centred(logarithms: list[float]) -> list[int]:
    """Logarithms around their mean, times ten, limited, whole."""
    mean = sum(logarithms) / len(logarithms)
    return [max(-GREATEST_WEIGHT, min(GREATEST_WEIGHT, round(10 * (value - mean)))) for value in logarithms]


if __name__ == "__main__":
    main()

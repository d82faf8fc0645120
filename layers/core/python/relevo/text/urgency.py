"""How pressing a text is: cues of three strengths, and what it says about time.

Cues are whole words of Spanish, English and Portuguese at once (customers mix them), never parts of words or of
addresses. A negated cue ("no es urgente", "sin errores", "it is not down") is none, and set phrases that only look like
cues ("down payment", "contacto de emergencia", "crash course") are listed to be passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from relevo.text.words import Match, Phrasebook, tokens, wordset

KINDS = ("critical", "urgent", "problem", "security")
"""What a cue tells: everything stands still; the customer is in a hurry; something is wrong; somebody unauthorized."""

POINTS: dict[str, int] = {"critical": 30, "security": 30, "urgent": 25, "problem": 10}
"""What each kind adds to the urgency of a text, once however often it occurs."""

GREATEST = 40
"""The urgency of a text is 0..40."""

_PASSED_OVER = "-"

CUES: dict[str, str] = {
    "critical": "caido;caida;caidos;caidas;se cayo;se nos cayo;se cayeron;crash;crashed;crashes;crashing;"
    "colapso;colapsado;colapsada;colapsaron;down;outage;emergencia;emergency;emergencias;critico;critica;"
    "critical;grave;gravisimo;gravisima;gravisimos;catastrofe;catastrofico;catastrophic;desastre total;"
    "disaster;paralizado;paralizada;paralizados;paralizadas;detenida la produccion;parados;no podemos operar;"
    "no podemos trabajar;no podemos vender;no podemos facturar;no podemos cobrar;nadie puede trabajar;"
    "fuera de servicio;sin servicio;sin sistema;fuera de linea;offline;out of service;unable to operate;"
    "can't operate;cannot operate;can't work;cannot work;production is stopped;data loss;perdida de datos;"
    "perdimos todos los datos;perdimos los datos;lost all our data;lost all data;incendio;on fire;accidente;"
    "fuga de gas;gas leak;no responde el sistema;no responde el servidor;bloqueada la operacion;caiu;"
    "fora do ar;emergencia medica;peligro;blackout;apagon",
    "urgent": "urgent*;urgencia;urgencias;urge;urgen;urgency;asap;a s a p;inmediato;inmediata;inmediatos;"
    "inmediatas;inmediatamente;de inmediato;ya mismo;ahora mismo;immediate;immediately;right now;right away;"
    "cuanto antes;lo antes posible;lo mas pronto posible;lo mas rapido posible;a la brevedad;"
    "as soon as possible;at once;prioridad alta;alta prioridad;high priority;maxima prioridad;top priority;"
    "con prioridad;no puede esperar;no puedo esperar mas;cannot wait;can't wait any longer;es para ya;"
    "para ayer;imediato;imediata;imediatamente;o quanto antes;o mais rapido possivel;agora mesmo;auxilio;"
    "socorro",
    "problem": "error;errores;bug;bugs;falla;fallas;fallo;fallos;fallan;fallando;falha;falhas;failure;failures;"
    "failed;failing;fails;fail;problema;problemas;problem;problems;issue;issues;inconveniente;inconvenientes;"
    "no funciona;nada funciona;nada sirve;no funcionan;no funciono;no me funciona;no esta funcionando;"
    "dejo de funcionar;no anda;no andan;no sirve;no sirven;no carga;no cargan;no abre;no abren;no prende;"
    "no enciende;no responde;no responden;no puedo;no podemos;no pude;no pudimos;no me deja;no nos deja;"
    "no deja;no logro;no logramos;no consigo;no llega;no me llega;no llego;no me llego;no ha llegado;"
    "no me ha llegado;no aparece;no aparecen;not working;doesn't work;does not work;don't work;isn't working;"
    "stopped working;didn't work;won't open;won't load;won't start;can't;cannot;unable to;couldn't;broken;roto;"
    "rota;rotos;danado;danada;danados;defectuoso;defectuosa;defective;damaged;damage;averia;averiado;averiada;"
    "se traba;se congela;se cuelga;se cierra sola;se cierra solo;freezes;frozen;lento;lenta;slow;muy lento;"
    "bloqueado;bloqueada;bloquearon;blocked;locked out;stuck;reclamo;queja;complaint;me cobraron;nos cobraron;"
    "cobro doble;cobro duplicado;doble cobro;charged twice;double charge;charged me;overcharged;wrong;"
    "equivocado;equivocada;incorrecto;incorrecta;perdido;perdida;perdieron;lost;missing;never arrived;"
    "not arrived;nunca llego;nao funciona;nao consigo;nao abre;nao chegou;nao carrega;erro;erros;quebrado;"
    "quebrada;parou de funcionar;sin internet;sin luz;sin acceso;no tengo acceso;no access;timeout;time out;"
    "rechazado;rechazada;declined;rejected",
    "security": "acceso extrano;accesos extranos;hackearon;hackeado;hackeada;hackear;hackeo;hacked;hacker;"
    "hackers;hack;phishing;malware;ransomware;virus;acceso no autorizado;accesos no autorizados;"
    "unauthorized access;unauthorised access;unauthorized;unauthorised;no autorizado;no autorizada;"
    "no autorizados;suplantacion;suplantaron;suplantan;identity theft;robo de identidad;robaron mi cuenta;"
    "me robaron la cuenta;robo de datos;data breach;breach;brecha de seguridad;vulnerabilidad;vulnerabilidades;"
    "vulnerability;filtracion de datos;filtracion;data leak;data leaked;fraude;fraud;fraudulento;fraudulenta;"
    "fraudulent;entraron a mi cuenta;entro a mi cuenta;entraron en mi cuenta;alguien entro;"
    "ingresaron a mi cuenta;alguien uso mi cuenta;logged into my account;someone accessed;someone logged;"
    "no reconozco;don't recognise;don't recognize;do not recognize;cargos que no hice;clonaron;clonada;"
    "clonaron mi tarjeta;compromised;comprometida mi cuenta;cuenta comprometida;inicio de sesion sospechoso;"
    "suspicious login;actividad sospechosa;suspicious activity;ataque informatico;exploit;sql injection;xss;"
    "invadiram;invadida;golpe",
    _PASSED_OVER: "down payment;scroll down;slow down;calm down;narrow down;write down;sit down;down the;"
    "down to;come down;go down;going down;goes down in price;let me down;turn down;upside down;break down;"
    "count down;crash course;contacto de emergencia;contactos de emergencia;telefono de emergencia;"
    "numero de emergencia;emergency contact;emergency contacts;emergency number;plan de emergencia;"
    "salida de emergencia;caida de precios;critica constructiva;no problem;no problems;no hay problema;"
    "sin problema;sin problemas;ningun problema;no tengo problema;no issues;no issue;no puedo quejarme;"
    "can't complain;can't wait to;no puedo esperar a;sem problema;sem problemas;no me puedo quejar;"
    "libro de quejas;prueba y error;issue date;issue an invoice;issue a;fraud prevention;prevencion de fraude;"
    "slow cooker;breaking news;tiempo perdido;no puedo creer;no lo puedo creer;wrong number;numero equivocado;"
    "es posible recuperar;lost and found;objetos perdidos;caida libre;critical thinking;cintura caida;hackaton",
}

NEGATIONS = wordset(
    "no not never sin without nunca ningun ninguna ninguno ni tampoco jamas isn't wasn't aren't don't doesn't"
    " didn't haven't hasn't nao nem sem nothing nada"
)
_NEGATION_REACH = 3
_STOPS = frozenset('.,;:!?()¡¿"-—–…')
# "ya no", "still not": what follows a resolution is no longer a problem.
_RESOLVED = wordset("resuelto resuelta resolvio solucionado solucionada soluciono solved resolved fixed")
_RESOLVED_REACH = 4

_TIME: dict[int, str] = {
    5: "hoy;hoy mismo;today;tonight;esta noche;en una hora;in one hour;in an hour;en dos horas;in two hours;"
    "en minutos;in minutes;antes de las;before noon;antes del mediodia;vence hoy;end of day;eod;fin del dia;"
    "esta tarde;hoje;this afternoon;this morning;por vencer;a punto de vencer",
    4: "manana;tomorrow;amanha;vence;vencio;vencimiento;deadline;fecha limite;plazo;expira;expires;due date;"
    "ultimo dia;last day;24 horas;24 hours;48 horas;48 hours",
    3: "lunes;martes;miercoles;jueves;viernes;sabado;domingo;monday;tuesday;wednesday;thursday;friday;saturday;"
    "sunday;esta semana;this week;fin de semana;weekend;fin de mes;end of the month;end of month;segunda feira;"
    "terca feira",
    0: "por la manana;en la manana;de la manana;a la manana;buena manana;in the morning;de lunes a;lunes a;"
    "monday to;hoy en dia;manana por ahora;horario de hoy;from monday;los lunes;los martes;los miercoles;"
    "los jueves;los viernes;los sabados;los domingos;black friday;on sundays;on mondays;sundays;feriados;"
    "abren manana;abren hoy;open today;open tomorrow;cierran hoy;hasta manana;nos vemos manana;see you tomorrow",
}
_MONTHS = wordset(
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre january"
    " february march april june july august september october november december janeiro fevereiro abril maio"
    " junho julho setembro outubro dezembro"
)
_WITHIN = frozenset({"en", "in", "dentro", "within", "faltan", "quedan", "em"})
_UNITS = wordset("hora horas hour hours minuto minutos minute minutes min hs dia dias day days")


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase that makes a text pressing. `kind` is one of `KINDS`."""

    kind: str
    phrase: str


def cues(text: str) -> list[Cue]:
    """The cues of `text` in order, each phrase once, negated ones left out."""
    found = tokens(text)
    seen: dict[str, Cue] = {}
    for match in _cue_book().find(found):
        if match.value != _PASSED_OVER and not _negated(found, match):
            seen.setdefault(match.phrase, Cue(match.value, " ".join(found[match.start : match.end])))
    return list(seen.values())


def points(found: list[Cue], weights: Mapping[str, int] = POINTS, limit: int = GREATEST) -> int:
    """The urgency of a text with these cues: each kind once, at most `limit`."""
    return min(limit, sum(weights.get(kind, 0) for kind in {cue.kind for cue in found}))


def time_pressure(text: str) -> tuple[int, str]:
    """0-5 for the closest time the text names (5 today, 4 tomorrow or a deadline, 3 a day or date), and its words."""
    found = tokens(text)
    named = [(match.value, " ".join(found[match.start : match.end])) for match in _time_book().find(found)]
    return max([*named, *_dates(found)], key=lambda each: each[0], default=(0, ""))


def _dates(found: list[str]) -> Iterator[tuple[int, str]]:
    for number, following, third in zip(found, [*found[1:], ""], [*found[2:], "", ""], strict=False):
        if not number.isdigit():
            continue
        if following in _MONTHS or (following in ("de", "of") and third in _MONTHS):
            yield 3, f"{number} {following if following in _MONTHS else third}"
        elif following == "/" and third.isdigit():
            yield 3, f"{number}/{third}"
    for preposition, number, unit in zip(found, found[1:], found[2:], strict=False):
        if preposition in _WITHIN and number.isdigit() and unit in _UNITS:
            yield 5, f"{preposition} {number} {unit}"


def _negated(found: list[str], match: Match[str]) -> bool:
    if found[match.start] in NEGATIONS:
        return False  # the cue is itself a negation ("no funciona")
    for word in reversed(found[max(0, match.start - _NEGATION_REACH) : match.start]):
        if word in _STOPS:
            break
        if word in NEGATIONS:
            return True
    return match.value == "problem" and _resolved(found, match)


def _resolved(found: list[str], match: Match[str]) -> bool:
    """Whether the words around a problem say that it is over ("se resolvió el problema", "issue solved")."""
    nearby = range(max(0, match.start - _RESOLVED_REACH), min(len(found), match.end + _RESOLVED_REACH))
    return any(found[i] in _RESOLVED and not NEGATIONS & set(found[max(0, i - 3) : i]) for i in nearby)


@lru_cache(maxsize=1)
def _cue_book() -> Phrasebook[str]:
    return Phrasebook((phrase, kind) for kind, listed in CUES.items() for phrase in listed.split(";"))


@lru_cache(maxsize=1)
def _time_book() -> Phrasebook[int]:
    return Phrasebook((phrase, points) for points, listed in _TIME.items() for phrase in listed.split(";"))

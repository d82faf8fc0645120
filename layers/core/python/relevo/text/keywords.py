"""What a text is about: its key phrases, its tags and its category.

Key phrases are found in the manner of RAKE (Rose et al., 2010): runs of content words between stop words and
punctuation, a word worth its degree over its frequency, a phrase the sum of its words. Tags are subjects of a support
desk named by words of Spanish, English and Portuguese; the category is the tag named most.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from relevo.text.words import WORD, Phrasebook, folded, tokens, unaccented, without_addresses, wordset

CATEGORIES = ("security", "billing", "technical", "account", "shipping", "returns", "sales", "appointment", "complaint")
"""Tags that can be a ticket's category, in the order that breaks ties."""

_LONGEST_PHRASE = 3
_SHORTEST_WORD = 3

TAGS: dict[str, str] = {
    "billing": "factur*;recibo*;boleta*;cobro*;cobraron;cobraron dos veces;cobrar*;cargo;cargos;pago;pagos;"
    "pagar;pague;pago doble;tarjeta*;reembols*;cuota*;deposito*;transferencia*;comprobante*;saldo;deuda;"
    "impuesto*;iva;precio mal;mensualidad*;cfdi;nota de credito;invoic*;bill;bills;billing;billed;charge;"
    "charges;charged;payment*;pay;paid;refund*;receipt*;credit card;debit card;fee;fees;balance;tax;taxes;"
    "installment*;fatura*;boleto*;cobranca*;pagamento*;cartao*;pix;estorno*;nota fiscal;cobrado;cobrada;"
    "facturación*;credit note;overcharged",
    "technical": "error;errores;bug*;falla*;fallo*;no funciona*;no anda;no carga;no abre;no sirve;sistema*;"
    "caido;caida;servidor*;app;aplicacion*;pagina*;sitio web;internet;conexion*;wifi;instalar;instalacion*;"
    "configur*;actualizacion*;pantalla*;lento;lenta;se traba;se congela;se cierra;crash*;software;"
    "servicio caido;api;integracion*;computadora*;impresora*;router;modem;senal;down;outage;server*;system*;"
    "website;not working;doesn't work;stopped working;won't open;won't load;loading;install*;update failed;"
    "screen*;connection*;slow;freez*;timeout;offline;laptop*;printer*;nao funciona*;erro;erros;aplicativo*;"
    "fora do ar;trava*;tecnico*;technical;tech support;soporte tecnico",
    "security": "hack*;phishing;fraud*;reporte de seguridad;incidente de seguridad;problema de seguridad;"
    "falla de seguridad;fallo de seguridad;alerta de seguridad;tema de seguridad;security report;"
    "security issue;security incident;security alert;security problem;security hole;security flaw;"
    "acceso no autorizado;acceso extrano;no autorizad*;unauthori*;robo de identidad;suplant*;virus;malware;"
    "ransomware;vulnerab*;brecha*;breach*;identity theft;no reconozco;don't recogni*;do not recognize;"
    "entraron a mi cuenta;entro a mi cuenta;alguien entro;logged into my account;clonar*;clonada;sospechos*;"
    "suspicious;compromised;filtracion*;data leak;golpe;nao reconheco;problema de seguranca;estafa*;scam*",
    "account": "cuenta*;contrasena*;clave;password*;usuario*;iniciar sesion;ingresar;inicio de sesion;login;"
    "log in;sign in;registr*;perfil*;codigo de verificacion;verificacion*;verification code;suscripcion*;"
    "subscription*;plan;planes;cancelar mi;dar de baja;de baja;cambiar de plan;cambio de plan;upgrade;"
    "downgrade;account*;username;profile;passcode;locked out;cancel my;membership*;membresia*;conta;senha;"
    "cadastro*;assinatura*;perfil;mudar de plano",
    "shipping": "envio*;enviar;paquete*;pedido*;entrega*;repartidor*;mensajer*;paqueteria*;guia;rastre*;"
    "seguimiento;flete*;despacho*;domicilio;no me ha llegado;no ha llegado;no llego;ship*;deliver*;parcel*;"
    "package*;tracking;track;courier*;order;orders;my order;never arrived;frete;encomenda*;entregador*;rastreio",
    "returns": "devol*;devuelv*;cambio de talla;cambiar la talla;garantia*;reposicion*;llego roto;llego rota;"
    "danado;danada;defectuos*;return;returns;returned;exchange*;warrant*;defective;damaged;broken item;"
    "replacement*;troca*;trocar;devolucao",
    "sales": "comprar;compra;cotiz*;precio*;presupuesto*;descuento*;promocion*;oferta*;catalogo*;stock;"
    "disponib*;mayoreo;por mayor;cuanto cuesta;cuanto vale;cuanto sale;contratar;demo;vendedor*;ventas;quote*;"
    "pricing;price*;discount*;buy;purchase;in stock;available;availability;catalog*;sales;how much;bulk;"
    "orcamento*;preco*;desconto*;quanto custa;modelo*;test drive;prueba de manejo",
    "appointment": "cita;citas;turno*;agendar;agenda*;reagend*;reserv*;appointment*;schedule*;reschedul*;"
    "booking*;book a;consulta medica;agendamento*;marcar horario;remarcar",
    "complaint": "queja*;reclam*;pesim*;mal servicio;mala atencion;denunci*;inaceptable*;complain*;"
    "unacceptable;terrible service;bad service;worst;reclamac*;vergonzos*;supervisor;gerente;manager",
    "hours": "horario*;abren;cierran;a que hora;que hora;feriado*;domingos;opening hours;open on;what time;"
    "hours;que horas;abre;fecha as",
    "location": "direccion;ubicacion*;sucursal*;donde estan;donde queda*;como llego;address;located;location*;"
    "branch;store near;onde fica;endereco*;loja",
    "thanks": "gracias;agradec*;thanks;thank you;thx;obrigad*;muchas gracias",
    "human": "hablar con alguien;hablar con una persona;hablar con un;asesor*;agente*;humano;persona real;"
    "operador*;ejecutivo*;representante*;human;real person;speak to;talk to;agent;representative*;atendente*;"
    "falar com",
}

STOP_WORDS = wordset(
    # Spanish
    "a al algo algun alguna algunas alguno algunos ahi ahora alla alli ante antes aqui asi aun aunque bien"
    " buen buena buenas bueno buenos cada casi como con contra cosa cosas cual cuales cualquier cuando"
    " cuanto cuanta de del desde dia dias dice donde dos durante e el ella ellas ello ellos en entonces"
    " entre era eran eres es esa esas ese eso esos esta estaba estado estamos estan estar estas este esto"
    " estos estoy favor fin fue fueron ha hace hacer hago han hasta hay haya he hemos hola hoy igual ir la"
    " las le les lo los luego mas me menos mi mis mio mucha muchas mucho muchos muy nada nadie ni no nos"
    " nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros para parte pero poco por porque"
    " pues puede pueden puedo podria podrian podemos pude que quien quienes quiero quiere quisiera gustaria"
    " necesito necesita saber se sea ser si sido siempre sin sobre solo son soy su sus suyo tal tambien"
    " tampoco tan tanto te tengo tener tenemos tiene tienen toda todas todavia todo todos tras tu tus tuve"
    " un una unas uno unos usted ustedes va vamos van vez veces voy y ya yo tarde tardes noche noches"
    " gracias porfavor ayuda ayudar ayudarme dar das dan hacen hizo sigue sigo sale ando anda vos che oye"
    " oiga mismo misma ver vi llevo tal ok vale sido deja dejo quede quedo aca"
    # English
    " a about above after again all also am an and any are aren't as at be because been before being below"
    " between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down"
    " during each few for from further get getting got had has have haven't having he hello help her here"
    " hers hi him his how i i'd i'll i'm i've if in into is isn't it it's its just keep keeps let like me"
    " more most my myself need no nor not now of off on once only or other our out over own please pls same"
    " she should so some still such than thank thanks that that's the their them then there these they this"
    " those through to too trying try under until up us use very want was wasn't way we were what when"
    " where which while who why will with won't would you your yours hey good morning afternoon evening"
    " tell know make really since someone went been yet could"
    # Portuguese
    " ao aos as ate bom boa com da das do dos ela ele eles em essa esse esta estou eu foi isso ja mais mas"
    " mesmo meu meus minha minhas muito na nao nas nem no nos num numa ola oi os ou para pela pelo por pra"
    " preciso quando que quem quero se sem ser seu sua tem tenho um uma vou voce voces obrigado obrigada"
    " tambem tudo"
)


def keywords(text: str, limit: int = 5) -> list[str]:
    """At most `limit` key phrases of one to three words, the most telling first, as written but in lower case."""
    degree: Counter[str] = Counter()
    frequency: Counter[str] = Counter()
    candidates = _candidates(text)
    for phrase in candidates:
        for word in phrase:
            frequency[unaccented(word)] += 1
            degree[unaccented(word)] += len(phrase)
    scores: dict[str, float] = defaultdict(float)
    written: dict[str, str] = {}
    for phrase in candidates:
        key = unaccented(" ".join(phrase))
        written.setdefault(key, " ".join(phrase))
        scores[key] = sum(
            degree[unaccented(w)] / frequency[unaccented(w)] + frequency[unaccented(w)] - 1 for w in phrase
        )
    return [written[key] for key in sorted(written, key=scores.__getitem__, reverse=True)[:limit]]


def _candidates(text: str) -> list[tuple[str, ...]]:
    """Runs of content words, cut at three words; accents kept."""
    cleaned = without_addresses(text).lower().replace("’", "'")
    phrases: list[tuple[str, ...]] = []
    run: list[str] = []
    end = 0
    for match in WORD.finditer(cleaned):
        word = match.group()
        broken = cleaned[end : match.start()].strip() != ""
        end = match.end()
        if broken and run:
            phrases.append(tuple(run))
            run = []
        if folded(word) in STOP_WORDS or len(word) < _SHORTEST_WORD or word.isdigit():
            if run:
                phrases.append(tuple(run))
            run = []
            continue
        run.append(word)
        if len(run) == _LONGEST_PHRASE:
            phrases.append(tuple(run))
            run = []
    return [*phrases, tuple(run)] if run else phrases


def tags(text: str) -> list[str]:
    """The subjects `text` names, the most named first."""
    counts: Counter[str] = Counter()
    found = tokens(text)
    for name, book in _tag_books().items():
        counts[name] = sum(1 for _ in book.find(found))
    return [name for name, count in counts.most_common() if count]


def category(text: str) -> str:
    """The category `text` names most, `general` when it names none. Security wins whenever it is named."""
    return category_of(tags(text))


def category_of(named: Sequence[str]) -> str:
    """The category of a text with these `tags`."""
    if "security" in named:
        return "security"
    return next((name for name in named if name in CATEGORIES and name != "complaint"), "general")


@lru_cache(maxsize=1)
def _tag_books() -> dict[str, Phrasebook[bool]]:
    ordered = [*CATEGORIES, *(name for name in TAGS if name not in CATEGORIES)]
    return {name: Phrasebook((phrase, True) for phrase in TAGS[name].split(";")) for name in ordered}

"""What single words and set phrases say about mood, as customers write them to a company.

These come before the general lexicons in `data/sentiment.json` (licences in `data/NOTICE.md`), which know no support
desk ("card", "help", "free", "number" are praise to them) and little colloquial Spanish. Values run from -4 to 4; words
are folded (lower case, no accents), a `*` stands for any ending, 0 silences the general lexicon.
Mexican, Rioplatense, Andean and Peninsular speech is meant by `es`; Portuguese is the Brazilian.
"""

from __future__ import annotations

from relevo.text.words import wordset

WORDS: dict[str, dict[float, str]] = {
    "es": {
        -3.5: "asco asqueros* mierda mierdas porqueria* putos putas hdp hijueputa ctm culero* culera*"
        " maldit* pinche* ratas rata ladron* chorros robo robaron roban estaf* fraude* vergonzos*"
        " deleznable* infame* odio odia* repugn* cabrones hpta malparid* concha",
        -3: "payasada payasadas payasos pesim* horrible* terrible* espantos* nefast* inaceptable*"
        " indignante* indignad* denunci* demandare demandarlos furios* inutil inutiles incompetent* inept*"
        " burla burlan enganar* engano enganan mentir* mienten miente detest* atroz desastre* desastros*"
        " lamentable* enojad* encabronad* emputad* embronc* cabread* rabia indignacion fatal calamidad"
        " abus* fastidi* patetic* caca cagada cagaron cagan imbecil* idiota* estupid* pendej* gilipollas"
        " boludo* pelotud* forro forros muerte murio asesin* verguenza garca",
        -2.5: "garcha timo timos jod* flojera insomnio chapuza* decepc* defraud* harto harta hartos hartas"
        " hartazgo mal mala malo malas malos peor peores malisim* triste* tristeza llorar llorando lloro"
        " dolor duele molest* enoja enojo enfad* irrespet* grosero* grosera* groseria* maltrat* prepotent*"
        " perdid* odios* cans* podrid* basura feo fea feos feas cutre* chafa* culpa joder jodid* jode joden"
        " carajo huevada huevadas cono verga chingad* chingar chinga aburrid* aburre putada ostia hostia"
        " arruin* injust* ridicul* absurd* trucho trucha caradura* sinverguenza* descaro descarad* malgast*",
        -2: "excusas excusa dineral hundio negligen* mojo mojad* golpead* problema* error errores fall*"
        " defect* rot* dano danos danad* averi* queja* reclam* lent* tard* demor* retras* incumpl*"
        " imposible preocup* miedo asust* angusti* ansios* nervios* confus* frustr* desesper* inconform*"
        " insatisf* molestia* roba sospech* hack* falso falsa falsos falsas caido caida caidos caidas"
        " robad* perdi perdio inservible* desilusi* olvidaron ignora* ignoran abandon* equivoc* incorrect*"
        " descompuest* descompus* danad* plantado plantada plantaron colgaron cuelgan vencid* complicad*"
        " dificil* bronca broncas lio lios fiasco penoso penosa lastima pena enferm* mentira mentiras"
        " soledad llanto carisim* caro cara caros caras",
        -1: "esperando prometen prometieron espero_desde nunca jamas nadie ningun ninguna bloque* cancel*"
        " falta faltan falto inconveniente* urgente* ay raro rara extrano duda tampoco cobraron vacio vacia"
        " negativ* rechaz* sucio sucia ruido",
        1: "gran grandes apreci* listos ok vale claro listo dale correcto entendido util utiles gusto"
        " interesante* interes* facil* barat* rapid* tranquil* segur* jaja* jeje* jiji* puntual* oferta*"
        " regalo* ",
        2: "chul* finisim* majo maja majos majisim* salvaron bien bueno buena buenos buenas buen gracias"
        " gracia agradec* agradezco gust* mejor mejora mejoro bonit* lind* amabl* atent* chevere* guay"
        " padre padrisim* chido* chida* chido copad* piola bacan* barbaro barbara mola molan molo"
        " recomiend* recomendad* satisf* content* aliviad* solucion* resuelt* resolv* resolvieron funciono "
        " carin* abrazo* beso besos besitos felic* felices felicit* enhorabuena acierto agrad* grat*"
        " graciosa gracioso graciosos animo animos esperanza orgullos* divert* sonris* sonreir disfrut*"
        " exito exitos bendic* rico rica ricos simpatic* cumplieron cumplen servicial* eficaz eficient*"
        " profesional* suave joya capo capos grosso groso copante",
        3: "encant* excelent* genial* increible* maravill* perfect* fantastic* estupend* buenisim*"
        " espectacular* impecable* feliz amo aman amor ame adoro adora* hermos* precioso preciosa preciosos"
        " preciosas fabulos* brillant* magnific* mejores crack cracks capa maestro maestros genio genios"
        " genia idolo idolos impresionante* alegr* emocion* inmejorable* chingon* chingona* rechido brutal"
        " lindisim* buenazo fenomenal* esplendid* agradecid* increibl* top guapo guapa guapos guapisim*"
        " preciosa exquisit* delicios* riquisim* amorosos agradecidisim* cojonudo flipo",
        0: "solucion soluciones nuevo nueva nuevos nuevas promocion promociones lista intereses regalo"
        " negro negra negros negras matas suicida batalla no si hola saludos estimado estimados estimada"
        " ayuda ayudar soporte favor cuidado tarjeta numero calidad pago pagado paga pagar sol tipo cierto"
        " serio mayor propio ganar sentido caja broma activo seguridad importante importancia fuerte firme"
        " sensible popular mancha multa novela oportunidad exclusivo cuchara venta granizo calor cielo"
        " mayor legal garantia derecho entre parada pasado grande gris descuento impuesto limpiar limpiador"
        " responsable realizar fuerza interesado dona valor oro tapas negrita oferta cortar salir llegar"
        " subir deseo promesa compromiso querido posible vivo apoyo resolver resolucion favores soportes"
        " rosa victor tabla corte cortes humano natural tesoro fresco dulce importar estable guardar viva"
        " esperar cuenta clave crudo lentes lente danza amigo amigos alta baja costa ventilador fiel serial"
        " abriga determinado espaldarazo frio alerta bomba sueno suenos pistola tension danes danesa danza"
        " daniel danny dana rotacion rotulo tarde tardes gratis fallecido bienes",
    },
    "en": {
        -3.5: "scam* thieves thief robbed robbery fraud* disgust* atrocious vile",
        -3: "worst awful terribl* horribl* unacceptabl* ridiculous pathetic furious outrag* garbage useless"
        " incompetent appalling disgrace* shameful nightmare liar* lied crap joke livid abysmal rubbish"
        " fuming pissed",
        -2.5: "smashed letdown tasteless clueless regret* shoddy flimsy overdue disappoint* frustrat* angry"
        " annoy* rude terribly unhelpful upset hate* hating sucks suck sucked poor bad badly worse sad"
        " ignored waste* wasted unhappy dreadful lousy misleading overcharged ripoff cheated",
        -2: "pricey headache* sagged faded rotten mold* moldy dirty filthy broken broke crash* bug bugs"
        " buggy glitch* error* fail* fault* defect* damaged slow late delay* missing lost problem* issue*"
        " complain* wrong stuck impossible unable stolen hacked breach* worried worry worries scared"
        " confus* overpriced unreliable refuse* refused declined trouble* dead leaking cracked torn crushed"
        " stale expensive stopped afraid anxious concern* mess messed",
        -1: "unbelievable down never nobody waiting unfortunately sorry hard locked unable difficult"
        " however cancel blocked stop",
        1: "yay definitely early ok okay fine easy quick quickly fast yes interesting interested lol haha*"
        " hope hopefully",
        2: "good glad thanks thank thx ty appreciate* appreciated helpful nice happy kind solved resolved"
        " fixed friendly polite pleased satisf* recommend* smooth smoothly impressed cheers comfortable"
        " reliable cool pleasant enjoyed enjoy fun cute sweet welcoming",
        3: "great love* excellent amazing awesome fantastic perfect* wonderful brilliant best superb"
        " outstanding delight* fabulous lifesaver incredible terrific stellar flawless rock rocks delicious"
        " beautiful happiest",
        0: "promise promises promised promising please pls help support care card credit security share"
        " number want ready matter clear free save sure hand play top number party join accept certain"
        " create created dear god energy natural gift original reach true truth agree admit important"
        " special chance special giving straight safe fit rich huge demand pay excuse leave cut fire gun"
        " low lower grand warn playing played alive clean clearly challenge challenges strong smart like"
        " protected protect secure value values opportunity growth credits shares hi questions question"
        " natural fresh legal capable growing increase benefits assurance asset assets allow responsible no"
        " well kind drop miss missed kid",
    },
    "pt": {
        -3.5: "merda lixo golpe golpista* ladrao ladroes roub* fraude* nojo nojent* canalha* safad* porra odei*",
        -3: "pessim* horrivel horriveis terrivel absurdo vergonha* inaceitavel ridicul* descaso palhacada"
        " furios* enganad* enganar* mentir* mentira* incompetent* raiva indignad* revolt* desrespeit*",
        -2.5: "ruim ruins pior piores decepcion* triste* chatead* irritad* cansad* fart* chato chata insatisfeit* mal",
        -2: "problema* erro erros falha* defeito* quebrad* quebrou atras* demor* lent* reclama* prejuizo*"
        " preocup* medo dificil confus* errad* sumiu caiu roubaram hackea* golpe caro cara frustr*"
        " desesper* infelizmente",
        -1: "nunca ninguem cancel* bloque* falta faltou urgente",
        1: "ok certo claro beleza facil rapid* interess* kkk* haha* rsrs blz",
        2: "bom boa bons boas bem obrigad* obg valeu vlw agradec* gost* legal feliz* content* satisfeit*"
        " atencios* resolvid* resolveu parabens educad* bonit* lind* recomend* funcionou certinho massa"
        " bacana",
        3: "ador* amo amei amor excelent* otim* maravilh* perfeit* incrivel fantastic* melhor* sensacional*"
        " show top genial",
        0: "esperando esperar espera nao sim ola oi ajuda favor suporte cartao numero conta seguranca car"
        " cara carta cartao cartoes carro carregar carrega",
    },
}

# Phrases are looked for before words, and their words are not counted again.
PHRASES: dict[str, dict[float, str]] = {
    "es": {
        -3.5: "hijos de puta;hijo de puta;la concha;me robaron;una mierda;vayanse a la;chinga tu;"
        "no sirven para nada;no sirve para nada;de lo peor;lo peor;me cago en;una verguenza;hasta la madre;"
        "hasta los huevos;hasta las bolas;hasta la coronilla;poca madre es;que asco;me estan robando;"
        "tomando el pelo;me tienen harto;me tienen harta",
        -2.5: "perder toda;perder el tiempo;no resuelven;no resolvieron;no resuelve;no solucionan;"
        "no solucionaron;no les vuelvo;no vuelvo a;no vuelvo mas;se quedo sin;nos quedamos sin;"
        "me quede sin;todavia estoy esperando;aun estoy esperando;estoy esperando;estamos esperando;"
        "seguimos sin;tuve que ir;tuve que llamar;tuve que comprar;no es lo que se veia;por culpa de;"
        "tomadura de pelo;se cierra sola;se cierra solo;ni caso;hecho pedazos;hecha pedazos;misma historia;"
        "ultima vez que;lo mal que;cualquier cosa;no soy capaz;ni una respuesta;dar la cara;ni siquiera;"
        "otra vez lo mismo;nunca mas;no vuelvo;no volvere;no recomiendo;no lo recomiendo;no los recomiendo;"
        "nadie responde;nadie contesta;nadie me contesta;nadie me responde;nadie atiende;nadie me atiende;"
        "no me responden;no responden;no contestan;no me contestan;no me hacen caso;falta de respeto;"
        "no puede ser;me da rabia;no vale la pena;no mames;no manches;ya me canse;quiero poner una queja;"
        "me siento enganado;me siento enganada;perdida de tiempo;perdiendo el tiempo;esto es un chiste;"
        "no es posible que;no se puede creer;que poca;cuanto mas tengo que;cuantas veces;mala onda;"
        "de mal en peor;no me gusta;no me gusto;no estoy conforme;no me sirve",
        -2: "no funciona;no funcionan;no anda;no andan;no sirve;no sirven;no carga;no abre;no prende;"
        "no enciende;no me deja;no deja;no puedo;no pude;no podemos;no me llega;no llega;no llego;"
        "no me llego;no ha llegado;no llegaron;no he recibido;no recibi;no me ha llegado;sigo esperando;"
        "seguimos esperando;sigo sin;seguimos sin;sigue igual;sigue sin;todavia no;aun no;cobraron doble;"
        "cobro doble;me cobraron de mas;cobro indebido;cobraron dos veces;dos veces;llevo esperando;"
        "llevo horas;llevo dias;llevo semanas;llevo media;sin respuesta;sin servicio;sin internet;sin luz;"
        "me dejaron;quedaron en;no vino;no aparecio;se cayo;se cae;se traba;se congela;se cuelga;se rompio;"
        "se dano;no reconozco;de nuevo el mismo;otra vez;no entiendo por que;me hackearon;sin permiso;"
        "sin avisar;no era lo que;no es lo que;lo siento;echo de menos;te extrano;nada que ver;"
        "me quiero morir;no tengo ganas",
        1: "no hay problema;sin problema;sin problemas;ningun problema;no te preocupes;no se preocupe;"
        "no pasa nada;todo en orden;de acuerdo;no tengo quejas;ninguna queja;no esta mal;nada mal;ya quedo;"
        "ya funciona;ya anda;ya llego;ya me llego;ya pude;me parece bien;con gusto;con mucho gusto;"
        "tengo ganas;me sirvio;me sirve",
        3: "saben atender;tiempo y forma;por fin;buen detalle;lo mas bueno;salvaron el dia;la rompieron;"
        "volvere sin duda;sin duda volvere;volvere a comprar;repetire;justo lo que buscaba;"
        "antes de lo esperado;de diez;un diez;diez puntos;10 puntos;poca madre;a toda madre;de puta madre;"
        "que padre;que chido;que lindo;que linda;muchas gracias;mil gracias;muchisimas gracias;me encanta;"
        "me encanto;lo maximo;son lo mas;la mejor;el mejor;los mejores;las mejores;vale la pena;te quiero;"
        "los quiero;la rompen;se pasaron;lo recomiendo;los recomiendo;se los agradezco;de lujo;"
        "una maravilla;que bueno;que buena;que bien",
        0: "buenos dias;buen dia;buenas tardes;buenas noches;por favor;de nada;esta bien si;si no;"
        "dia de la madre;a las buenas;que tal;me gustaria;cuanto tarda;tarda en;por las buenas;a favor;"
        "mejor por;mejor hora;de buena fe;mas tarde;la tarde;en la tarde;por la tarde;de la tarde;"
        "esta tarde;esta caro;bien el dia;a mi favor;numero de error;buenos aires;a lo mejor;"
        "lo mejor seria;mas bien;tan solo;de bien;cara a cara;no problem;sin error;error 404",
    },
    "en": {
        -3.5: "rip off;ripped off;never again;what a joke;waste of time;waste of money;worst ever;"
        "sick and tired;fed up;piece of crap;stole my money;stay away",
        -2.5: "hung up on;hang up on;nothing like;throw it away;second time;third time;i have been waiting;"
        "been waiting;nobody knew;had to throw;not happy;not impressed;not helpful;no one answers;"
        "nobody answers;nobody answered;no one answered;no response;no reply;still nothing;not acceptable;"
        "how many times;had enough;let down;not what i ordered;doesn't care;don't care;do not buy;"
        "don't buy;not good enough;not satisfied;not recommend;smells weird;left it in the rain",
        -2: "not working;doesn't work;does not work;don't work;didn't work;isn't working;is not working;"
        "stopped working;won't open;won't load;won't start;won't turn on;will not;can't log in;can't login;"
        "cannot log in;can't access;cannot access;can't open;can't get;can't use;cannot use;still waiting;"
        "never arrived;never showed up;never came;never received;haven't received;have not received;"
        "hasn't arrived;has not arrived;didn't arrive;didn't receive;didn't show;charged twice;"
        "charged me twice;double charged;on hold for;locked out;logged out;same issue;same problem;"
        "keeps crashing;keeps failing;goes black;stays black;without permission;don't recognise;"
        "don't recognize;money is gone;too expensive;takes ages;out of stock;not as described;wrong item;"
        "running late;does not charge;doesn't fit;does not fit;fell apart;return it;sent it back;so slow;"
        "server down;is down;are down",
        1: "no problem;no problems;no worries;not bad;no complaints;works fine;works now;all good;"
        "sounds good;no issues;without a problem;never mind;looking forward;works for me;makes sense;"
        "without any issues",
        3: "know how to;better than i imagined;better than expected;exceeded;like a charm;order again;"
        "come back again;would buy again;buy again;value for money;five stars;10/10;saved my day;"
        "thank you so much;thanks a lot;many thanks;much appreciated;well done;works great;works perfectly;"
        "you rock;guys rock;highly recommend;very happy;love it;above and beyond;saved my day;works well;"
        "can't wait;well made;worth every;great job;keep it up;thank you very much",
        0: "good morning;good afternoon;good evening;good night;good day;would like;i'd like;we'd like;"
        "looks like;feel free;customer care;customer support;credit card;please help;help me;as well;"
        "how do i;in case;free shipping;free trial;best regards;kind regards;best time;good time to;"
        "is it ok;the best way;like to know;thanks in advance",
    },
    "pt": {
        -3: "nunca mais;uma vergonha;que absurdo;falta de respeito;de saco cheio;propaganda enganosa;"
        "ninguem responde;ninguem atende;ninguem resolve;perda de tempo;muito ruim;nao recomendo",
        -2: "nao funciona;nao consigo;nao chegou;nao chega;nao recebi;nao abre;nao carrega;nao entra;"
        "nao liga;nao responde;ainda nao;fui cobrado;fui cobrada;cobrado duas vezes;duas vezes;"
        "sem resposta;nao reconheco;de novo;nao veio;nao apareceu;nao gostei;nao serve;deu errado;"
        "nao deixa;parou de funcionar;fora do ar;estou esperando",
        1: "sem problema;sem problemas;tudo bem;tudo certo;deu certo;nao tem problema;nada mal",
        3: "muito obrigado;muito obrigada;muito bom;muito boa;nota dez;nota 10;sao demais;gostei muito;vale a pena",
        0: "bom dia;boa tarde;boa noite;por favor;de nada;gostaria de;se der",
    },
}

# Words that turn what follows, strengthen it or weaken it.
NEGATIONS: dict[str, str] = {
    "es": "no ni nunca jamas tampoco nadie ningun ninguno ninguna nada sin",
    "en": "not no never none nobody neither nor without cannot can't don't doesn't didn't isn't wasn't"
    " aren't won't wouldn't couldn't shouldn't haven't hasn't hadn't ain't cant dont doesnt didnt isnt wont"
    " hardly barely",
    "pt": "nao nem nunca jamais ninguem nenhum nenhuma nada sem",
}
STRENGTHENERS: dict[str, str] = {
    "es": "muy mucho mucha muchos muchas super re demasiado demasiada sumamente extremadamente tan tanto"
    " tanta bien totalmente absolutamente realmente completamente increiblemente verdaderamente requete"
    " mega bastante tremendamente siempre puro pura todo toda",
    "en": "very really so too extremely absolutely totally completely incredibly super such highly utterly"
    " truly seriously always fucking freaking damn most",
    "pt": "muito muita muitos muitas super bem demais tao extremamente totalmente completamente realmente sempre",
}
WEAKENERS: dict[str, str] = {
    "es": "poco algo medio apenas casi ligeramente",
    "en": "slightly somewhat kinda bit little almost fairly",
    "pt": "pouco meio quase levemente",
}
TURNS = wordset("pero but porem however aunque although sino")

EMOJI: dict[float, str] = {
    -3: "😡🤬😠💩🖕👿🤮🤢",
    -2: "😤😭😞😔😢😩😫😒🙄👎😣😖😟😰😨😱💔😓😕☹🙁😥😿😑",
    1: "🙂👌✅🤝😅🙏😉👋😏",
    2: "😊😀😃😄😁👍🤗😂🤣💪👏😺☺🎉🙌💯🌟⭐✨😇😋",
    3: "❤😍🥰😘💕💖💙💚💜🧡💛🤩♥🥳😻💗💓",
}
EMOTICONS: dict[float, str] = {-2: ":( :-( :'( >:( D: :/ :-/ =( ):", 2: ":) :-) :D :-D ;) =) <3 xD XD ^^ (: ;-) :3"}

# Emotions are told apart by what is named; the strongest named one wins if it fits the sign of the score.
EMOTIONS: dict[str, str] = {
    "angry": "furios* enojad* enoja* indign* encabronad* emputad* cabread* rabia ladron* estaf* ratas rata"
    " robo robaron me_robaron denunci* demand* verguenza asco mierda puta puto putos inutil* incompetent*"
    " inept* pinche* maldit* abus* mentir* inaceptable* harto harta hartos imbecil* idiota* basura hdp"
    " culero* burla porqueria* odio tomando_el_pelo falta_de_respeto angry furious scam* unacceptable"
    " ridiculous thieves disgust* outrag* pathetic liar* lawyer sue garbage joke crap hate livid pissed"
    " worst bullshit shit fuck* rip_off ripped_off raiva ladrao* golpe vergonha absurdo palhacada descaso"
    " lixo revolt* inaceitavel caradura* sinverguenza* 😡 🤬 😠 🖕 👿",
    "frustrated": "frustr* decepc* cans* desesper* otra_vez sigo seguimos llevo nadie_responde"
    " nadie_contesta no_funciona no_anda no_sirve no_puedo no_pude no_me_deja sigue_igual sigue_sin"
    " todavia_no aun_no de_nuevo cuantas_veces no_responden no_contestan ya_me_canse no_mames no_manches"
    " pesim* molest* fastidi* lent* demor* error* problema* fall* peor horrible* terrible* no_llega"
    " no_llego no_ha_llegado frustrat* disappoint* annoy* still_waiting still not_working doesn't_work"
    " fed_up sick_and_tired again slow delay* stuck keeps broken crash* error* problem* issue* terribl*"
    " awful bad upset tired useless charged_twice never decepcion* nao_funciona nao_consigo ainda_nao"
    " ninguem_responde demora* ruim problema* chatead* 😤 😩 😫 😒 🙄 😞",
    "worried": "preocup* miedo asust* angusti* nervios* ansios* hackearon hacke* sospech* temo inquiet*"
    " peligro* no_reconozco robaron_la alguien_entro perdi_mi me_robaron_el bloqueen worried worry scared"
    " afraid anxious concern* nervous hacked suspicious don't_recognize don't_recognise stolen lost_my"
    " logged_into panic* medo preocupad* nao_reconheco perdi_meu alguem_entrou ansios* 😟 😰 😨 😱",
    "grateful": "gracias agradec* agradezco mil_gracias amabl* thank thanks thx ty appreciat* grateful"
    " cheers obrigad* obg valeu vlw agradec* bendiciones 🙏",
    "happy": "feliz felices encant* genial* excelent* content* alegr* maravill* perfect* increible*"
    " buenisim* amo adoro chido* chevere* bacan* padrisim* espectacular* crack* felicit* enhorabuena jaja*"
    " hermos* que_padre que_chido que_bueno love* great amazing awesome happy excellent fantastic wonderful"
    " brilliant glad delight* haha* perfect* rocks rock best adorei amei otim* maravilh* parabens feliz*"
    " excelent* 😊 😀 😃 😄 😁 😍 🥰 🎉 ❤ 😂 🤣 🥳 🤩 👏 😘",
}

"""The verbs: principal parts in tables, one for each language."""

from __future__ import annotations

from collections.abc import Mapping

# infinitive (a hyphen after a prefix that splits), du form, er form, participle, auxiliary;
# a dot stands for the regular form.
GERMAN_TABLE = """
an-fangen     fängst   fängt    angefangen   haben
an-kommen     .        .        angekommen   sein
an-rufen      .        .        angerufen    haben
ab-fahren     fährst   fährt    abgefahren   sein
arbeiten      .        .        gearbeitet   haben
auf-stehen    .        .        aufgestanden sein
besuchen      .        .        besucht      haben
bleiben       .        .        geblieben    sein
brauchen      .        .        gebraucht    haben
ein-kaufen    .        .        eingekauft   haben
essen         isst     isst     gegessen     haben
fahren        fährst   fährt    gefahren     sein
finden        .        .        gefunden     haben
fragen        .        .        gefragt      haben
geben         gibst    gibt     gegeben      haben
gehen         .        .        gegangen     sein
glauben       .        .        geglaubt     haben
heißen        .        .        geheißen     haben
helfen        hilfst   hilft    geholfen     haben
hoffen        .        .        gehofft      haben
hören         .        .        gehört       haben
kaufen        .        .        gekauft      haben
kennen        .        .        gekannt      haben
kochen        .        .        gekocht      haben
kommen        .        .        gekommen     sein
kosten        .        .        gekostet     haben
lernen        .        .        gelernt      haben
lesen         liest    liest    gelesen      haben
lieben        .        .        geliebt      haben
machen        .        .        gemacht      haben
mit-kommen    .        .        mitgekommen  sein
regnen        .        .        geregnet     haben
sagen         .        .        gesagt       haben
schlafen      schläfst schläft  geschlafen   haben
schneien      .        .        geschneit    haben
schreiben     .        .        geschrieben  haben
schwimmen     .        .        geschwommen  sein
sehen         siehst   sieht    gesehen      haben
spielen       .        .        gespielt     haben
sprechen      sprichst spricht  gesprochen   haben
suchen        .        .        gesucht      haben
trinken       .        .        getrunken    haben
vergessen     vergisst vergisst vergessen    haben
verstehen     .        .        verstanden   haben
warten        .        .        gewartet     haben
weh-tun       tust     tut      wehgetan     haben
wohnen        .        .        gewohnt      haben
"""

# Verbs whose six present (and past) forms follow no rule: infinitive, participle, auxiliary.
IRREGULAR: Mapping[str, tuple[str, str, str, str]] = {
    "sein": (
        "bin bist ist sind seid sind",
        "war warst war waren wart waren",
        "gewesen",
        "sein",
    ),
    "haben": (
        "habe hast hat haben habt haben",
        "hatte hattest hatte hatten hattet hatten",
        "gehabt",
        "haben",
    ),
    "wissen": ("weiß weißt weiß wissen wisst wissen", "", "gewusst", "haben"),
    "mögen": ("mag magst mag mögen mögt mögen", "", "gemocht", "haben"),
    "möchten": ("möchte möchtest möchte möchten möchtet möchten", "", "", "haben"),
    "können": (
        "kann kannst kann können könnt können",
        "konnte konntest konnte konnten konntet konnten",
        "",
        "haben",
    ),
    "müssen": (
        "muss musst muss müssen müsst müssen",
        "musste musstest musste mussten musstet mussten",
        "",
        "haben",
    ),
    "wollen": (
        "will willst will wollen wollt wollen",
        "wollte wolltest wollte wollten wolltet wollten",
        "",
        "haben",
    ),
    "dürfen": ("darf darfst darf dürfen dürft dürfen", "", "", "haben"),
}

# base, third person, -ing, past; a dot stands for the regular form.
ENGLISH_TABLE = """
arrive  .    .         .
ask     .    .         .
be      is   being     was
buy     .    .         bought
call    .    .         .
come    .    .         came
cook    .    .         .
cost    .    .         cost
do      .    .         did
drink   .    .         drank
eat     .    .         ate
find    .    .         found
forget  .    forgetting forgot
get     .    getting   got
give    .    .         gave
go      .    .         went
have    has  .         had
help    .    .         .
hurt    .    .         hurt
hope    .    .         .
know    .    .         knew
learn   .    .         .
leave   .    .         left
like    .    .         .
listen  .    .         .
live    .    .         .
look    .    .         .
love    .    .         .
need    .    .         .
play    .    .         .
rain    .    .         .
read    .    .         read
say     .    .         said
see     .    .         saw
shop    .    shopping  shopped
sleep   .    .         slept
snow    .    .         .
speak   .    .         spoke
start   .    .         .
study   .    .         .
stay    .    .         .
swim    .    swimming  swam
talk    .    .         .
think   .    .         thought
understand . .         understood
visit   .    .         .
wait    .    .         .
want    .    .         .
watch   .    .         .
work    .    .         .
would   would .        would
write   .    .         wrote
"""

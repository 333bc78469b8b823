"""Words of several languages that say much of the names beside them: titles, kinds of groups and of places.

They are features and no more: what a title says of a label is learnt from the first spans, and then counts
for all titles.
"""

from collections.abc import Mapping
from typing import Final

_KINDS: Final = {
    "title": (
        "mr mrs ms dr prof gen col maj capt lt sgt sir lord lady president minister king queen prince"
        " pope chief secretary senator sen rep gov general colonel captain major officer spokesman"
        " spokeswoman chairman director leader commander ambassador ayatollah sheikh judge coach actor"
        " singer señor señora don presidente ministro ministra rey reina alcalde herr frau kanzler"
        " präsident könig bürgermeister monsieur madame président ministre roi maire meneer mevrouw rais"
        " waziri bwana bibi президент президента министр министра премьер глава директор генерал депутат"
        " губернатор председатель"
    ),
    "group": (
        "inc corp ltd llc co plc gmbh ag sa company corporation group party union university college"
        " school institute ministry department committee council commission agency bank army forces force"
        " police court league club united association federation foundation church news times post press"
        " tv government parliament congress senate brigade battalion regiment division front organization"
        " organisation movement partido banco universidad ministerio gobierno consejo comité empresa"
        " universität partei verein ministerium regierung université ministère conseil parti banque chama"
        " wizara serikali министерство комитет совет партия банк компания университет агентство союз"
        " правительство"
    ),
    "place": (
        "city town village province region district state county street road river mountain lake island"
        " north south east west northern southern eastern western republic airport valley bay sea ciudad"
        " provincia región río calle stadt dorf fluss straße insel ville rivière rue île stad dorp rivier"
        " mji mkoa wilaya kijiji город область край район улица республика"
    ),
    "in": "in at from near outside across around en desde nach aus bei à dans uit bij katika kutoka в из на",
    "time": (
        "monday tuesday wednesday thursday friday saturday sunday january february march april may june"
        " july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec"
        " today yesterday tomorrow year years month months week weeks day days hour hours morning night"
        " evening century enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
        " diciembre lunes martes miércoles jueves viernes año años januar februar märz juni juli oktober"
        " dezember jahr jahre janvier février mars avril juin juillet août octobre novembre décembre"
        " января февраля марта апреля мая июня июля августа сентября октября ноября декабря года году"
    ),
}

_KIND_OF: Final[Mapping[str, str]] = {word: kind for kind, words in _KINDS.items() for word in words.split()}


def kind_of(lower: str) -> str:
    """Name the kind of a word in lower case; empty where it is of none."""
    return _KIND_OF.get(lower, "")

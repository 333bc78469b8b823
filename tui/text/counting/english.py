"""The words of English that say how many, and those beside them that say what a number is not."""

import re
from functools import cache
from typing import Final

from tui.text.counting.vocabulary import list_words

AT_LEAST: Final = "≥"
MORE_THAN: Final = ">"
AT_MOST: Final = "≤"
FEWER_THAN: Final = "<"
ABOUT: Final = "≈"
NEARLY: Final = "≲"
JUST: Final = "="
UNKNOWN: Final = "unknown"

_PHRASES: Final = (
    (r"at (?:the very )?least|(?:no|not) (?:fewer|less) than|(?:at )?a minimum of|minimum of", AT_LEAST),
    (
        r"(?:no|not) more than|at (?:the very )?most|up to|as many as|as much as|(?:at )?a maximum of",
        AT_MOST,
    ),
    (r"more than|greater than|in excess of|upwards? of|north of|well over", MORE_THAN),
    (r"fewer than|less than", FEWER_THAN),
    (
        r"(?:nearly|almost|virtually|practically) all(?: of)?(?: (?:the|its|his|her|their|those|these))?",
        NEARLY,
    ),
    (r"close to|just (?:under|short of|below)|well under", NEARLY),
    (r"just (?:over|above)", MORE_THAN),
    (
        r"an estimated|or so|or thereabouts|in the region of|on the order of|something like|give or take",
        ABOUT,
    ),
    (r"or (?:even )?more|and (?:more|over|above)|or over|and counting", "+"),
    (r"or (?:fewer|less|under)", "↓"),
    (r"no[- ]one|not (?:a single|one|any)|none", "zero"),
    (
        r"an? (?:\w+ )?(?:unknown|unspecified|undisclosed|unconfirmed|undetermined) (?:\w+ )?number of",
        UNKNOWN,
    ),
    (r"an? (?:\w+ )?(?:number|lot|host|string|series|variety) of", "some"),
    (r"(?:\w+ )?numbers of|lots of|plenty of", "some"),
    (r"an? (?:good |great |fair )?few", "few"),
    (r"(?:an? (?:\w+ )?|the )?(?:couple|pair|duo|brace)(?: of)?|twin(?= \w+s\b)|twins", "two"),
    (r"(?:an? (?:\w+ )?|the )?(?:trio|threesome)(?: of)?|triplets", "three"),
    (r"(?:an? (?:\w+ )?|the )?(?:quartet|foursome)(?: of)?", "four"),
    (r"quadruplets", "four"),
    (r"quintuplets", "five"),
    (r"every (?:single |last )?one of(?: (?:the|its|his|her|their|those|these))?", "all"),
    (r"one another|one by one|one after (?:the other|another)", "each"),
    (rf"[{AT_MOST}{FEWER_THAN}]\s+(?:an? )?(?:few|handful)(?: of)?", UNKNOWN),
    (r"as (?:few|little) as", AT_LEAST),
    (r"plus$", "+"),
    (r"(?:ca?|approx)\.(?=\s*\d)", ABOUT),
    (r"nos?\.(?=\s*\d)", "number"),
    (r"as well as|along with|together with|plus", "and"),
    (r"a further|an additional|yet another", "further"),
    (r"per cent|percentage points?", "percent"),
    (r"of (?:whom|which|them|those)", "including"),
    (r"the (?:deaths?|bod(?:y|ies)|remains|corpses?|killings?|murders?|shootings?) of", "the"),
)
"""What several words say together, and the sign or word that stands for it in what follows."""

MODIFIERS: Final = {
    **dict.fromkeys((AT_LEAST,), AT_LEAST),
    **dict.fromkeys((MORE_THAN, "over", "above", "exceeding", "beyond"), MORE_THAN),
    **dict.fromkeys((AT_MOST, "maximum"), AT_MOST),
    **dict.fromkeys((FEWER_THAN, "under", "below"), FEWER_THAN),
    **dict.fromkeys(
        (
            ABOUT,
            "~",
            "±",
            "about",
            "around",
            "some",
            "approximately",
            "roughly",
            "circa",
            "estimated",
            "maybe",
            "perhaps",
            "approx",
            "ca",
            "c",
            "probably",
        ),
        ABOUT,
    ),
    **dict.fromkeys((NEARLY, "nearly", "almost"), NEARLY),
    **dict.fromkeys((JUST, "exactly", "precisely", "only", "just", "possibly"), JUST),
}
"""What stands right before a number and changes what it says, and how."""

PLAIN_MODIFIERS: Final = frozenset((JUST, AT_LEAST))
"""Those that may stand before what says how many without a number: "only a nurse"."""

SOME_MORE: Final = frozenset(("odd", "something", "some", "plus"))
"""What stands behind a number and a hyphen where there are some more."""

UNITS: Final = {
    "dozen": 12,
    "score": 20,
    "hundred": 100,
    "thousand": 1_000,
    "lakh": 100_000,
    "million": 1_000_000,
    "mn": 1_000_000,
    "crore": 10_000_000,
    "billion": 1_000_000_000,
}
"""What a number can be multiplied with."""

MANY_UNITS: Final = {
    "tens": 10,
    "10s": 10,
    "100s": 100,
    "1000s": 1_000,
    "1,000s": 1_000,
    **{f"{name}s": value for name, value in UNITS.items()},
}
"""What says some dozens, hundreds and so on, and of what."""

VAGUE: Final = {
    "few": 2,
    "several": 3,
    "some": 2,
    "many": 2,
    "numerous": 2,
    "multiple": 2,
    "various": 2,
    "countless": 2,
    "innumerable": 2,
    "handful": 2,
}
"""What says that there are some, and how many that are at least."""

PEOPLE_UNITS: Final = list_words(
    """
    strong member members man men woman person people head seater
    """
)
"""What stands behind a number and a hyphen where it says how many there are of a group."""

ONE: Final[frozenset[str]] = list_words("a an another one")
"""What says one of something that is no group."""

ORDINALS: Final = list_words(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth last final latest only sole lone single
    """
)
"""What says, behind "the", that one of some is meant."""

LEADING: Final = (
    frozenset((*MODIFIERS, *UNITS, *MANY_UNITS, *VAGUE))
    | ONE
    | list_words("at least more fewer less than up to no both as many")
)
"""What may say how many right before a span that does not say it."""

OWN: Final = list_words("his her their its my our your the this that")
"""What says one of something named, where the noun is singular."""

GROUPS: Final = list_words(
    """
    group crowd family team crew squad band mob gang total number lot majority minority population
    series string variety handful record household community generation unit wave convoy patrol army
    force militia party proportion percentage share fraction third quarter half fifth tenth dozen
    score hundred thousand million most public staff congregation audience cluster flood fleet swarm
    barrage volley range platoon battalion brigade regiment squadron column cell garrison delegation
    contingent detachment posse
    """
)
"""Nouns whose singular is more than one, or none that is counted."""

PARENTS: Final = list_words(
    """
    mother father parent mum mom dad grandmother grandfather grandparent widow widower guardian
    """
)
"""Nouns that stand for one, whose "of three" says how many children there are."""

NOT_OF: Final = list_words(
    """
    percent % mm cm m km kg kilometre kilometres kilometer kilometers kms metre metres meter meters
    mile miles foot feet inch inches yard yards acre acres hectare hectares gram grams kilo kilos
    kilogram kilograms ton tons tonne tonnes litre litres liter liters gallon gallons barrel barrels
    degree degrees second seconds minute minutes hour hours day days night nights week weeks weekend
    weekends month months year years decade decades century centuries time times am pm o'clock o’clock
    gmt utc usd eur dollar dollars euro euros pound pounds cent cents rupee rupees naira birr thirds quarters
    fifths sixths eighths tenths third fourth quarter half january february march april may june july
    august september october november december calibre caliber gauge knots mph kph kmh km/h megawatts
    kilowatts
    """
)
"""What a number measures, or whose day or share it is, where it stands right before it."""

BEFORE_NAMES: Final = list_words(
    """
    $ € £ ¥ ₹ # no nos number highway route road street unit brigade battalion division regiment corps
    section article chapter flight room gate block sector zone camp ward channel level phase stage
    resolution page class model version area district age page line bus train terminal pier january
    february march april may june july august september october november december at
    """
)
"""What a number names, prices or dates where it stands right behind it."""

COORDINATORS: Final = frozenset(("and", ",", ";", "&", "but", "/", ":", "—", "–"))
"""What stands between groups that are counted by themselves."""

CUTS: Final = list_words(
    """
    in on at from by who whose that which with after before during since when while where as for
    against amid inside outside across through into near of to than per via because
    """
)
"""Behind one of these stands nothing that is counted with what stands before it, up to a coordinator."""

ENDS: Final = list_words(
    """
    including among amongst comprising ( [ namely include were both possibly perhaps maybe if
    """
)
"""Behind one of these stands only what was counted already, or what is not so sure."""

PARTS_OF: Final = list_words(
    """
    half most third thirds quarter quarters percent % fraction part majority
    """
)
"""What says, before "of", that not all are meant that are counted behind it."""

STATES: Final = list_words("dead hurt missing")
"""What does not name another group, beside what ends in "ed"."""

OTHERS: Final = frozenset(("others", "more"))
"""What says that there are some besides."""

PLURALS: Final = list_words(
    """
    people men women children police troops personnel clergy cattle sheep dead wounded injured missing
    others militia kin folk
    """
)
"""Plurals that do not end in "s", and what is used as one."""


def is_plural(noun: str) -> bool:
    """Tell whether a noun looks like a plural."""
    if noun in PLURALS or noun.endswith(("men", "women", "people", "children")):
        return True
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is", "'s", "’s"))


@cache
def compile_phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compile what matches several words that say one thing, each with what stands for it; late (6 ms)."""
    return tuple(
        (re.compile(rf"(?<![\w'’-])(?:{words})(?![\w'’-])", re.IGNORECASE), f" {sign} ")
        for words, sign in _PHRASES
    )

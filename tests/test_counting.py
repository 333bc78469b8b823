"""How many a phrase says: the cases of the rules in docs/counts.md, and what holds of every phrase."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text.counting.count import Count, CountRule
from tui.text.counting.language import tell_language
from tui.text.counting.phrase import read_count


def exactly(number: int) -> Count:
    return Count.of(number)


def about(number: int) -> Count:
    return Count(exact=number, approximate=True)


def some(least: int) -> Count:
    return Count(least, approximate=True)


SAID = {
    # numbers
    "37 drones": exactly(37),
    "1 person": exactly(1),
    "Seven": exactly(7),
    "one hundred and fifty-three": exactly(153),
    "two hundred and fifty soldiers": exactly(250),
    "1,200 people": exactly(1200),
    "1.200 people": exactly(1200),
    "1 200 people": exactly(1200),
    "1\u202f200 people": exactly(1200),
    "10’000 people": exactly(10_000),
    "1,00,000 people": exactly(100_000),
    "1.5 million": exactly(1_500_000),
    "one-and-a-half million": exactly(1_500_000),
    "c. 40 men": about(40),
    "one and a half million": exactly(1_500_000),
    "a million and a half people": exactly(1_500_000),
    "3,5 million": exactly(3_500_000),
    "2.3m": exactly(2_300_000),
    "3 lakh people": exactly(300_000),
    "half a million": exactly(500_000),
    "٣٧": exactly(37),
    "३७ people": exactly(37),
    "১٢": exactly(12),
    "١٬٢٠٠ people": exactly(1200),
    "2½ million people": exactly(2_500_000),
    "3¾ million": exactly(3_750_000),
    "½ million": exactly(500_000),
    "1.2 mn people": exactly(1_200_000),
    "1.2mn people": exactly(1_200_000),
    # said otherwise behind the number
    "three, not four, people": exactly(3),
    "30 people, not 40": exactly(30),
    "ten, if not more": Count(10),
    "10, possibly more": Count(10),
    "at least 10 and possibly as many as 30 people": Count(10, 30),
    "20 soldiers and an unknown number of civilians": Count(21),
    "every one of the 12 miners": exactly(12),
    "quadruplets aged two": exactly(4),
    "a brace of policemen": exactly(2),
    "±50 wounded": about(50),
    "well over 200 shoppers": Count(201),
    "30-odd villagers": about(30),
    "at least one person": Count(1),
    "one or more assailants": Count(1),
    "not a single civilian": exactly(0),
    "17 of 20 passengers": exactly(17),
    "a 40-strong mob": exactly(40),
    "the 176 on board": exactly(176),
    "a convoy of 12 trucks": exactly(12),
    "twelve (including four children)": exactly(12),
    # units
    "a dozen": exactly(12),
    "half a dozen": exactly(6),
    "two dozen men": exactly(24),
    "three score": exactly(60),
    "a hundred and twenty": exactly(120),
    "a couple": exactly(2),
    "an elderly couple": exactly(2),
    "both pilots": exactly(2),
    "twin brothers aged 4": exactly(2),
    "a pair of gunmen": exactly(2),
    # one, and none
    "a nurse": exactly(1),
    "another young man": exactly(1),
    "a lone gunman": exactly(1),
    "a 52-year-old woman": exactly(1),
    "52-year-old woman": exactly(1),
    "a five year old boy": exactly(1),
    "a man aged 30": exactly(1),
    "Ana Silva, 52": exactly(1),
    "no one": exactly(0),
    "no casualties": exactly(0),
    "none of the passengers": exactly(0),
    "nobody": exactly(0),
    "a five-storey building": exactly(1),
    "an eight-month-pregnant woman": exactly(1),
    "Sam Roe (20)": exactly(1),
    # limits
    "at least a dozen": Count(12),
    "no fewer than 60 people": Count(60),
    "30+": Count(30),
    "ten men or more": Count(10),
    "five people at least": Count(5),
    "60-plus people": Count(60),
    "more than 30": Count(31),
    "over a hundred": Count(101),
    "fewer than ten": Count(max=9),
    "under 30 people": Count(max=29),
    "up to 200": Count(max=200),
    "as many as 20 fighters": Count(max=20),
    "no more than 4": Count(max=4),
    # about
    "about 40": about(40),
    "some 40 civilians": about(40),
    "an estimated 40 people": about(40),
    "40 or so": about(40),
    "20-odd people": about(20),
    "nearly 1,200": Count(max=1200, exact=1200, approximate=True),
    # ranges
    "6-8": Count(6, 8),
    "15–20 militants": Count(15, 20),
    "20 to 30": Count(20, 30),
    "between 20 and 30": Count(20, 30),
    "between one hundred and two hundred people": Count(100, 200),
    "five or six": Count(5, 6),
    "2 or 3 hundred": Count(200, 300),
    "two or three hundred": Count(200, 300),
    "five to seven thousand": Count(5000, 7000),
    "twenty to one hundred": Count(20, 100),
    "5-7,000 people": Count(5000, 7000),
    "3-400 people": Count(300, 400),
    "2–300 villagers": Count(200, 300),
    "3 or 400 people": Count(300, 400),
    "1-500 people": Count(1, 500),
    "8-1,000 people": Count(8, 1000),
    "5 to 7,000 people": Count(5000, 7000),
    "5-6,500": Count(5000, 6500),
    "10-15,000": Count(10_000, 15_000),
    "100-150,000": Count(100_000, 150_000),
    "2-3,000,000": Count(2_000_000, 3_000_000),
    "2-3 million": Count(2_000_000, 3_000_000),
    "2-3m people": Count(2_000_000, 3_000_000),
    "1.5 to 2 million people": Count(1_500_000, 2_000_000),
    "more than 5-7,000 people": Count(5000),
    "5,000-7,000": Count(5000, 7000),
    "500-2,000 people": Count(500, 2000),
    "20-1,000 people": Count(20, 1000),
    "50-7,000 people": Count(50, 7000),
    "between 5 and 60,000 people": Count(5, 60_000),
    "1.5 kilometres": None,
    "nearly all of the 20 hostages": Count(None, 20, 20, approximate=True),
    "almost all its 300 soldiers": Count(None, 300, 300, approximate=True),
    "all of the 20 hostages": exactly(20),
    "all but two of the 20 hostages": exactly(18),
    "all except one of the 12 miners": exactly(11),
    "all but two hostages": None,
    "upwards of 70": Count(71),
    "countless civilians": some(2),
    "the first victim": exactly(1),
    "the only survivor": exactly(1),
    "the first victims": None,
    "the first week": None,
    "the second phase": None,
    "20-30 thousand": Count(20_000, 30_000),
    "about 20 to 30 people": Count(20, 30, approximate=True),
    "at least 5 and up to 8": Count(5, 8),
    "more than 30 but fewer than 50": Count(31, 49),
    # groups and their parts
    "a family of five": exactly(5),
    "a mother of three": exactly(1),
    "a 34-year-old father of two": exactly(1),
    "a mother of three and her sister": exactly(2),
    "the mother of 3": None,
    "north of 60 people": Count(61),
    "a group of 12 men": exactly(12),
    "a 10-man squad": exactly(10),
    "12-strong crew": exactly(12),
    "all 12 passengers": exactly(12),
    "three out of five": exactly(3),
    "37 of the 50 drones": exactly(37),
    "five people, including three children": exactly(5),
    "nine people, among them two children": exactly(9),
    "four people, two of them children": exactly(4),
    "at least 12 people, 3 of whom were children": Count(12),
    "12 people (8 men, 4 women)": exactly(12),
    "three children, two boys and a girl": exactly(3),
    "two people, both civilians": exactly(2),
    "three policemen in two attacks": exactly(3),
    # sums
    "two soldiers and a nurse": exactly(3),
    "two soldiers, a nurse and three children": exactly(6),
    "a woman and her two children": exactly(3),
    "an 80-year-old man and his wife": exactly(2),
    "the driver and two passengers": exactly(3),
    "the bodies of a man and two women": exactly(3),
    "a bride and groom": exactly(2),
    "two soldiers and others": Count(3),
    "at least two children and several adults": some(5),
    "15 women and children": exactly(15),
    "30 killed and wounded": exactly(30),
    # numbers beside names
    "three AK-47s": exactly(3),
    "4 Shahed-136 drones": exactly(4),
    "two 5-year-old boys": exactly(2),
    "two women, aged 24 and 31": exactly(2),
    "two teenagers, 15 and 17": exactly(2),
    "a battalion of 600": exactly(600),
    "a battalion of about 600": about(600),
    "ten 5-year-olds": exactly(10),
    "two 4th graders": exactly(2),
    "2014 refugees": exactly(2014),
    "2,014": exactly(2014),
    "the first two victims": exactly(2),
}
"""What is read alike under every rule."""

VAGUE = {
    "dozens of residents": (24, 12),
    "tens of people": (20, 10),
    "scores": (40, 20),
    "hundreds": (200, 100),
    "thousands of people": (2_000, 1_000),
    "tens of thousands": (20_000, 10_000),
    "hundreds of thousands": (200_000, 100_000),
    "several hundred": (300, 100),
    "a few dozen people": (24, 12),
    "100s of people": (200, 100),
    "dozens of soldiers and two civilians": (26, 14),
    "hundreds, possibly thousands": (200, 100),
    "several": (3, 3),
    "a few": (2, 2),
    "some residents": (2, 2),
    "many people": (2, 2),
    "a number of soldiers": (2, 2),
    "large numbers of people": (2, 2),
    "a handful": (2, 2),
}
"""The least that vague words say, literally and by ACLED's rule."""

SILENT = [
    "the 14th",
    "the 14th Brigade",
    "twenty-first",
    "a third of the residents",
    "two thirds",
    "two-thirds of residents",
    "half the village",
    "half of the 20 passengers",
    "50% of them",
    "40 per cent",
    "five to ten percent",
    "one in five",
    "Covid-19",
    "AK-47",
    "M16",
    "Unit 8200",
    "Highway 5",
    "2014",
    "in 2014",
    "the 2014 attacks",
    "18-to-25-year-olds",
    "100 USD",
    "No. 10",
    "3 March",
    "March 3",
    "3 May 2014",
    "2024-03-05",
    "12:30",
    "at 14:30",
    "3-1",
    "10-5",
    "2023-24",
    "3/4",
    "$5 million",
    "5 km",
    "122 mm rockets",
    "three weeks",
    "three times",
    "3.5 people",
    "two and a half",
    "an unknown number of people",
    "no more than a handful of people",
    "one another",
    "one by one",
    "soldiers",
    "the driver",
    "members of a family",
    "a crowd",
    "a platoon",
    "",
    " ",
    "-",
    "and",
    "x" * 500,
]
"""What says of nothing how many there are."""


@pytest.mark.parametrize("rule", ["literal", "acled"])
@pytest.mark.parametrize(("phrase", "count"), SAID.items(), ids=SAID.keys())
def test_a_phrase_says_how_many(phrase: str, count: Count, rule: CountRule) -> None:
    assert read_count(phrase, rule) == count


@pytest.mark.parametrize(("phrase", "least"), VAGUE.items(), ids=VAGUE.keys())
def test_vague_words_say_the_least_that_there_are(phrase: str, least: tuple[int, int]) -> None:
    assert (read_count(phrase), read_count(phrase, "acled")) == (some(least[0]), some(least[1]))


@pytest.mark.parametrize("phrase", SILENT)
def test_what_counts_nothing_is_not_read(phrase: str) -> None:
    assert read_count(phrase) is None
    assert read_count(phrase, "acled") is None


@pytest.mark.parametrize(("number", "count"), [("37", 37), (" ٣٧ ", 37), ("১২", 12)])
def test_of_a_language_without_rules_only_digits_are_read(number: str, count: int) -> None:
    assert read_count(number, language=None) == exactly(count)


@pytest.mark.parametrize(
    "phrase", ["37 personnes", "au moins 37", "hasta 200", "٣٧ قتيلا", "37-40", "a dozen"]
)
def test_nothing_is_made_of_words_in_a_language_without_rules(phrase: str) -> None:
    assert read_count(phrase, language=None) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Masked rebels attacked an army convoy near Moru on Friday, killing three soldiers.", "en"),
        ("37 dead", "en"),
        (
            "Des rebelles masqués ont attaqué un convoi près de Moru, et trois soldats sont morts.",
            None,
        ),
        (
            "Rebeldes enmascarados atacaron un convoy del ejército cerca de Moru y mataron a tres soldados.",
            None,
        ),
        (
            "Maskierte Rebellen haben am Freitag einen Konvoi bei Moru angegriffen und drei getötet.",
            None,
        ),
        ("Waasi walishambulia msafara wa jeshi karibu na Moru na kuua wanajeshi watatu.", None),
        ("Вооружённые люди напали на колонну у Мору, убив трёх солдат.", None),
        ("هاجم مسلحون قافلة للجيش قرب مورو وقتلوا ثلاثة جنود.", None),
    ],
)
def test_a_text_is_english_where_no_other_language_shows_more_of_its_words(
    text: str, language: str | None
) -> None:
    assert tell_language(text) == language


WORDS = (
    "a an the no two 7 1,200 30 million dozen dozens tens of thousands several few at least more than up to"
    " about nearly between and or - – + , ; ( ) % half both others soldiers nurse killed 14th AK-47 2014"
    " years 52-year-old in including her son percent $ some hundred ٣"
)


@given(
    st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS.split()), max_size=9).map(" ".join)),
    st.sampled_from(["literal", "acled"]),
)
def test_any_phrase_is_read_or_not_and_limits_are_in_order(phrase: str, rule: CountRule) -> None:
    count = read_count(phrase, rule)
    if count is not None:
        known = [each for each in (count.min, count.exact, count.max) if each is not None]
        assert known
        assert known == sorted(known)
        assert known[0] >= 0
        assert Count.read(count.write()) == count


@given(st.integers(0, 10**9), st.sampled_from(["", " soldiers", " of the men"]))
def test_a_number_with_commas_is_read_as_itself(number: int, noun: str) -> None:
    assert read_count(f"{number:,}{noun}") == exactly(number) or 1800 <= number < 2100


@given(st.integers(1, 900), st.integers(1, 900))
def test_two_groups_are_their_sum(one: int, other: int) -> None:
    assert read_count(f"{one} soldiers and {other} nurses") == exactly(one + other)


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (37, exactly(37)),
        ({"exact": 37}, exactly(37)),
        ({"min": 12, "max": None}, Count(12)),
        ({}, None),
        ("at least a dozen", None),
        (True, None),
        (None, None),
    ],
)
def test_an_answer_is_read_as_a_count(value: object, count: Count | None) -> None:
    assert Count.read(value) == count

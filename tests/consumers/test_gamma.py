"""γ, as pygamma-agreement measures it, of what annotators said in spantag."""

import json
import random
from pathlib import Path

import pytest

from tests.agreeing import NAMES, make_corpus, measure
from tests.test_agreeing import LABELS, record, run
from tui.project.agreement.gamma import GammaUnit, measure_gamma

pytestmark = pytest.mark.consumers
pytest.importorskip("pygamma_agreement", reason="needs the group test-consumers")


def draw_units(seed: int, number: int = 40) -> list[GammaUnit]:
    chance = random.Random(seed)
    starts = sorted(chance.sample(range(0, 3_000, 10), number))
    return [(start, start + chance.randint(3, 9), chance.choice("xyz")) for start in starts]


def move(units: list[GammaUnit], by: int) -> list[GammaUnit]:
    return [(start + by, end + by, label) for start, end, label in units]


def test_the_same_units_agree_wholly_and_the_nearer_they_are_the_more_they_agree() -> None:
    units = draw_units(1)
    found = [measure_gamma([units, move(units, by)]) or 0 for by in (0, 1, 2, 4)]
    assert found[0] == 1
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 4


@pytest.mark.parametrize("seed", range(3))
def test_what_is_drawn_at_random_agrees_as_by_chance(seed: int) -> None:
    found = measure_gamma([draw_units(10 * seed + each) for each in range(3)])
    assert found == pytest.approx(0, abs=0.15)


def test_it_is_what_the_library_says_of_the_same_continuum() -> None:
    library = pytest.importorskip("pygamma_agreement")
    core = pytest.importorskip("pyannote.core")
    units = [draw_units(1), move(draw_units(1)[5:], 2), draw_units(1)[::2]]
    continuum = library.Continuum()
    for annotator, own in enumerate(units):
        for start, end, label in own:
            continuum.add(str(annotator), core.Segment(start, end), label)
    expected = continuum.compute_gamma(library.CombinedCategoricalDissimilarity(), n_samples=30).gamma
    assert measure_gamma(units) == pytest.approx(expected, abs=0.03)


def test_who_made_nothing_cannot_be_measured() -> None:
    assert measure_gamma([draw_units(1), []]) is None
    assert measure_gamma([draw_units(1)]) is None


def test_every_pair_and_all_together_are_measured() -> None:
    found = measure(make_corpus(1), gamma=True)
    figures = [each for each in found.figures if each.key.measure == "gamma"]
    assert [each.key.between for each in figures] == [
        (),
        *[each[:2] for each in (NAMES, NAMES[::2], NAMES[1:])],
    ]
    units = found.find("alpha_units", ())
    assert units is not None
    assert figures[0].counts == units.counts
    assert figures == [
        each for each in measure(make_corpus(1), gamma=True).figures if each.key.measure == "gamma"
    ]


def test_the_command_writes_it_and_nothing_of_the_solver(tmp_path: Path) -> None:
    (tmp_path / "labels.yaml").write_text(LABELS, encoding="utf-8")
    lines = [
        record(number, name, {"Rebels": "actor", "Moru": "location"} if number else {"Rebels": label})
        for number in range(3)
        for name, label in (("ana", "actor"), ("bea", "location"))
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert run(tmp_path, "import", str(tmp_path / "all.jsonl")).exit_code == 0
    shown = run(tmp_path, "agreement", "--gamma", "-q").stdout
    assert shown.splitlines()[2].endswith("γ")
    found = json.loads(run(tmp_path, "agreement", "--gamma", "--json", "-q").stdout)
    values = [each["value"] for each in found["figures"] if each["measure"] == "gamma"]
    assert len(values) == 2
    assert f"γ, all together: {values[0]:.2f}, 10 units" in shown

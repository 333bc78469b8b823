"""γ: how far annotators agree on where units are and on their labels at once, beyond chance.

Units of different annotators are aligned so that their disorder is least; what is left of it is compared with
that of continua whose units are moved at random: γ = 1 - observed / expected. Mathet, Widlöcher and Métivier
(2015), The unified and holistic method gamma (γ) for inter-annotator agreement measure and alignment,
*Computational Linguistics* 41, 437–479. pygamma-agreement (Titeux and Riad 2021) measures it, with its
windows for long continua; it is an extra, `pip install 'spantag[gamma]'`, and only loaded here.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Final, TypeAlias

from tui.errors import ConfigurationError

GammaUnit: TypeAlias = tuple[int, int, str]
"""`[start, end)` on a continuum, and its label."""

SAMPLES: Final = 30
"""How many continua are drawn to see what chance would bring."""

_NEEDS: Final = (
    "γ needs pygamma-agreement (Python 3.11 to 3.13); install it with: pip install 'spantag[gamma]'"
)


def check_gamma() -> None:
    """Raise `ConfigurationError` where pygamma-agreement is missing."""
    try:
        import_module("pygamma_agreement")
    except ImportError as error:
        raise ConfigurationError(_NEEDS) from error


def measure_gamma(units: Sequence[Sequence[GammaUnit]], *, seed: int = 0) -> float | None:
    """Measure γ of the units of each of some annotators; None where one of them has none."""
    if len(units) < 2 or not all(units):
        return None
    import numpy

    library = import_module("pygamma_agreement")
    segment = import_module("pyannote.core").Segment
    continuum = library.Continuum()
    for annotator, own in enumerate(units):
        for start, end, label in own:
            continuum.add(str(annotator), segment(start, end), label)
    dissimilarity = library.CombinedCategoricalDissimilarity(delta_empty=1.0, alpha=1.0, beta=1.0)
    sampler = library.ShuffleContinuumSampler()
    sampler.init_sampling(continuum)
    numpy.random.seed(seed)
    with _quiet():
        # One after the other: its own threads take each other's settings, and the solver writes to stdout.
        continuum.measure_best_window_size(dissimilarity)
        window = continuum.best_window_size
        observed = continuum.get_fast_alignment(dissimilarity, window).disorder
        drawn = [
            sampler.sample_from_continuum.get_fast_alignment(dissimilarity, window).disorder
            for _ in range(SAMPLES)
        ]
    expected = float(sum(drawn)) / SAMPLES
    return 1 - float(observed) / expected if expected else None


@contextmanager
def _quiet() -> Iterator[None]:
    """Let no warning through: the library says at every step which solver it does without."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)

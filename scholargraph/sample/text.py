"""Titles and abstracts that read like something.

What lives here: sentences put together from the words of a work's topics, and the index of an
abstract by word. The words are in ``vocabulary``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scholargraph.sample.countries import COUNTRIES
from scholargraph.sample.draws import Draws, Purpose, Quantiles
from scholargraph.sample.oddities import Oddity

if TYPE_CHECKING:
    from scholargraph.sample.countries import Country
    from scholargraph.sample.vocabulary import Topic
    from scholargraph.sample.work_plan import WorkPlan
    from scholargraph.sample.world import World

_TITLES: Final = (
    "{Measure} of the {thing} near {town}: evidence from {method} and {method2}",
    "On the {measure} of {thing} and {thing2} under changing {measure2}",
    "{Thing} and {thing2}: a comparison of {method} with {method2} in {country}",
    "How {thing} shapes {measure}: {years} years of {method} at {town}",
    "{Method} of {thing} with limited data: the case of {town}, {country}",
    "Does {measure} depend on {thing2}? A study of {thing} by {method}",
    "Towards better estimates of {measure} in {thing} by {method}",
    "A {quality} approach to {thing} using {method}, {method2} and {thing2}",
    "{Quality} {thing} and the limits of {method} for {measure} and {measure2}",
    "{Thing} in {country}, {year1}–{year2}: {measure}, {measure2} and what {method} adds",
)
_OTHER_TITLES: Final = {
    "de": (
        "Über {thing} und {thing2} bei {town}: eine Untersuchung mit {method}",
        "Zur Veränderung von {measure} in {country} während der Jahre {year1} bis {year2}",
    ),
    "fr": (
        "Étude de {thing} près de {town} : mesures et modèles par {method}",
        "Le rôle de {thing2} dans l'évolution de {measure} en {country}, {year1}-{year2}",
    ),
    "es": (
        "Relación entre {thing} y {measure} en {town}: un análisis mediante {method}",
        "¿Qué sabemos de {thing2}? {years} años de observaciones en {country}",
    ),
}
_QUALITIES: Final = (
    "robust", "simple", "probabilistic", "long-term", "multi-scale", "low-cost", "unified",
    "reproducible", "data-driven", "comparative", "seasonal", "spatially explicit",
)  # fmt: skip
_OTHER_LANGUAGE_SHARE: Final = 0.35

_SENTENCES: Final = (
    "The {measure} of {thing} remains poorly understood, although {thing2} is widely studied.",
    "We examined {thing} at {number} sites in {country} between {year1} and {year2}.",
    "Here, {method} was combined with {method2} to estimate {measure} and {measure2}.",
    "Our results show that {measure} increased by {number}% where {thing2} was present.",
    "No effect of {thing} on {measure2} was found (p > 0.{number}).",
    "In contrast, {thing2} explained most of the variance in {measure}, with a {quality} pattern.",
    "Because {method} is costly, a {quality} protocol based on {method2} is proposed.",
    "Samples of {thing} were taken every {number} days and analysed by {method}.",
    "These findings agree with earlier work on {thing2} near {town}, but differ in {measure2}.",
    "A {quality} model of {thing} and {thing2} reproduced the observed {measure} within {number}%.",
    "We discuss what this means for {thing} and for the monitoring of {measure} in {country}.",
    "Data and code are available at https://example.org/{number}.",
    "Uncertainty in {measure2} was propagated through {method} with {number} draws.",
    "Taken together, {thing}, {thing2} and {thing3} form a system in which {measure} is regulated.",
)
_FIRST_SENTENCES: Final = (0, 1, 2)
_WORD_COUNTS: Final[Quantiles] = (
    (0.0, 40.0),
    (0.1, 116.0),
    (0.25, 169.0),
    (0.5, 234.0),
    (0.75, 301.0),
    (0.9, 374.0),
    (0.99, 512.0),
    (1.0, 900.0),
)
_NOTICE_TITLES: Final = {
    "erratum": "Erratum to: {title}",
    "retraction": "Retraction Note: {title}",
    "peer-review": "Review for “{title}”",
}
_FIRST_TOPIC_SHARE: Final = 0.8
_TRIES: Final = 4
_HOLE: Final = range(30, 36)
"""Positions whose words an abstract with holes has lost."""


def work_title(world: World, plan: WorkPlan) -> str | None:
    """Return the title of a work.

    Parameters
    ----------
    world : World
        Its seed and towns.
    plan : WorkPlan
        The work; a later version has the title of its preprint, a notice that of its subject.

    Returns
    -------
    str or None
        None for the work whose title is missing.
    """
    if plan.oddity is Oddity.NO_TITLE:
        return None
    if plan.type == "paratext":
        return "Front Matter"
    if plan.about is not None:
        return _NOTICE_TITLES[plan.type].format(title=work_title(world, plan.about))
    if plan.preprint is not None:
        return work_title(world, plan.preprint)
    draws = Draws(world.seed, Purpose.TITLE, *plan.place)
    patterns: tuple[str, ...] = _TITLES
    if work_language(world, plan) != "en":
        patterns = _OTHER_TITLES[plan.community.language]
    title = draws.pick(patterns).format_map(_Slots(draws, plan.topics or plan.community.topics))
    match plan.oddity:
        case Oddity.QUOTED_TITLE:
            return f'"{title}" and the \\emph{{open}} question'
        case Oddity.ESCAPED_TITLE:
            return f"Research &amp; Practice: <i>{title}</i>"
        case Oddity.LINE_SEPARATOR:
            return title.replace(" ", "\u2028", 1)
        case Oddity.FORMULA_TITLE:
            return f"=1+1: {title}"
    return title


def work_language(world: World, plan: WorkPlan) -> str:
    """Return the language of a work's title, the same for all its versions."""
    if plan.preprint is not None:
        return work_language(world, plan.preprint)
    own = plan.community.language
    if own == "en" or plan.oddity is not None or plan.about is not None:
        return "en"
    draws = Draws(world.seed, Purpose.TITLE, *plan.place, 1)
    return own if draws.chance(_OTHER_LANGUAGE_SHARE) else "en"


def abstract_index(world: World, plan: WorkPlan) -> dict[str, list[int]]:
    """Return the abstract of a work as an index: each word with its positions, both in order.

    Parameters
    ----------
    world : World
        Its seed.
    plan : WorkPlan
        The work; one of them has holes where words were lost.

    Returns
    -------
    dict
        Positions count from 0.
    """
    draws = Draws(world.seed, Purpose.ABSTRACT, *plan.place)
    topics = plan.topics or plan.community.topics
    target = draws.quantile(_WORD_COUNTS)
    words: list[str] = []
    while len(words) < target:
        number = draws.pick(_FIRST_SENTENCES) if not words else draws.below(len(_SENTENCES))
        words += _SENTENCES[number].format_map(_Slots(draws, topics)).split(" ")
    index: dict[str, list[int]] = {}
    has_holes = plan.oddity is Oddity.ABSTRACT_HOLES
    for position, word in enumerate(words):
        if has_holes and position in _HOLE:
            continue
        index.setdefault(word, []).append(position)
    return index


class _Slots(dict[str, str]):
    """Fills the slots of one sentence as they are met, no word twice and all in one country."""

    def __init__(self, draws: Draws, topics: tuple[Topic, ...]) -> None:
        super().__init__()
        self._draws = draws
        self._topics = topics
        self._country: Country | None = None

    def __missing__(self, slot: str) -> str:
        for _ in range(_TRIES):
            word = self._word(slot.lower().rstrip("123"), slot)
            if word not in self.values():
                break
        self[slot] = word
        return word[0].upper() + word[1:] if slot[0].isupper() else word

    def _word(self, kind: str, slot: str) -> str:
        draws = self._draws
        match kind:
            case "thing":
                return draws.pick(self._topic().things)
            case "method":
                return draws.pick(self._topic().methods)
            case "measure":
                return draws.pick(self._topic().measures)
            case "quality":
                return draws.pick(_QUALITIES)
            case "year":
                return str((1970 if slot == "year1" else 2000) + draws.below(20))
            case "years" | "number":
                return str(2 + draws.below(60))
        if self._country is None:
            self._country = draws.pick(COUNTRIES)
        return self._country.name if kind == "country" else draws.pick(self._country.towns)

    def _topic(self) -> Topic:
        if self._draws.chance(_FIRST_TOPIC_SHARE):
            return self._topics[0]
        return self._draws.pick(self._topics)

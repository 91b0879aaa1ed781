"""Names of people who do not exist, in the shapes of several languages.

What lives here: word and syllable lists, and the forms in which one name is printed on bylines.
Family names are put together from syllables, so that some are frequent, many are rare and none is
taken from a record. Comparing names is the business of ``scholargraph.names``.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scholargraph.sample.draws import Draws


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalName:
    """One person's name."""

    given: str
    family: str
    """Empty for people with one name."""
    native: str | None
    """The name in another script, where it has one."""
    is_native_first: bool
    """Whether the profile shows the native form."""

    @property
    def latin(self) -> str:
        """The name in Latin letters, given name first."""
        return f"{self.given} {self.family}".strip()

    @property
    def display(self) -> str:
        """The form that the person's profile shows."""
        return self.native if self.is_native_first and self.native else self.latin

    @property
    def initials(self) -> str:
        """The initials of the given names, each with a full stop."""
        return " ".join(f"{part[0]}." for part in self.given.replace("-", " ").split())


def printed_forms(name: PersonalName) -> tuple[str, ...]:
    """Return the different forms under which a person signs, most frequent first.

    Examples
    --------
    >>> name = PersonalName(given="Åsa", family="Björnholt", native=None, is_native_first=False)
    >>> printed_forms(name)
    ('Åsa Björnholt', 'Å. Björnholt', 'Björnholt, Åsa', 'Asa Bjornholt', 'Björnholt Å')
    """
    forms = [name.latin]
    if name.family:
        forms += [f"{name.initials} {name.family}", f"{name.family}, {name.given}"]
    forms.append(_plain(name.latin))
    if name.family:
        forms.append(f"{name.family} {name.initials.replace('.', '').replace(' ', '')}")
    if name.native:
        forms.insert(0 if name.is_native_first else 1, name.native)
    return tuple(dict.fromkeys(forms))


_LETTERS_WITHOUT_ACCENT = str.maketrans("øØłŁđĐıæÆ", "oOlLdDiaA") | {ord("ß"): "ss"}


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.translate(_LETTERS_WITHOUT_ACCENT))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """How names look in one part of the world."""

    given: str
    starts: str
    """First syllables of family names."""
    ends: str
    """Last syllables of family names."""
    middles: str = ""
    """Middle names or initials, of which some people have one."""
    particles: str = ""
    """Words before the family name, joined by ``_`` within one."""
    suffixes: str = ""
    has_two_families: bool = False


_SHAPES: Final[dict[str, _Shape]] = {
    "english": _Shape(
        given="Alice Brian Clara Dennis Edith Frank Grace Harold Irene James Laura Martin Nora "
        "Oliver Paula Robert Susan Thomas Vera Walter",
        starts="Ash Brad Carl Dun Elm Fair Hart Kings Lang Mar Nor Ox Pem Rad Stan Thorn Whit Wex",
        ends="bourne bury combe cotte dale field ford ham ley mere shaw stead ton well wick worth",
        middles="A. B. E. J. L. M. R. T.",
        suffixes="Jr. III",
    ),
    "german": _Shape(
        given="Anja Bernd Christoph Dörte Friedrich Günther Heike Jörg Karl-Heinz Käthe Lothar "
        "Ulrike Matthias Renate Sören Uwe Wolfgang Jürgen",
        starts="Alt Brück Eich Fröh Grün Hass Köhl Licht Müll Neu Ober Röth Schön Strauß Wald Zöll",
        ends="bach berg dorf eder feld hauser heim inger kamp lich mann meier städter stein weiß",
        particles="von von_der zu",
    ),
    "nordic": _Shape(
        given="Åsa Bjørn Einar Frøydis Gunnar Håkon Ingrid Jørgen Kåre Linnéa Mårten Øystein "
        "Ragnhild Sigrún Þóra Torbjörn",
        starts="Berg Dal Ek Fjell Gren Halv Hø Lind Lund Nord Sand Skog Strøm Sund Vest Åke",
        ends="aas blad dahl gaard holm holt hult kvist lie mark ström sson stad sen vik",
    ),
    "spanish": _Shape(
        given="Álvaro Begoña Concepción Elías Inés Íñigo Joaquín José_Luis Lucía María_José Noé "
        "Óscar Raúl Rocío Sofía Víctor",
        starts="Al Bar Car Cas Esca Fuen Guti Iba Lar Mar Olive Pala Quin Riba Salda Ulla",
        ends="barrán bide cález drigo ega iño lanza llano ménez mosa nate ría santo tegui ñez",
        particles="de de_la del",
        has_two_families=True,
    ),
    "french": _Shape(
        given="Aurélie Benoît Cécile François Gaël Hélène Jean-Luc Loïc Maëlle Noémie Océane "
        "Rémi Sébastien Thérèse Zoé",
        starts="Beau Bois Char Clair Des Fon Gar Haute Lam Mont Pré Roche Saint- Val Ville",
        ends="bert champs court donne fère lais let lière marais mont neuve pré rand vigne",
        particles="de d' le",
    ),
    "slavic": _Shape(
        given="Agnieszka Božena Dušan Jiří Łukasz Małgorzata Marek Radosław Šárka Stanisława "
        "Tomáš Václav Wojciech Żaneta",
        starts="Bał Choj Dvoř Grab Hav Jel Kaczm Kř Lew Novo Piąt Rudz Šedl Tomasz Wierz Zych",
        ends="áček arczyk ák ecký ewicz ínek íček kiewicz nicki owicz owski ovský ský ński",
    ),
    "russian": _Shape(
        given="Алексей|Aleksei Борис|Boris Дмитрий|Dmitrii Игорь|Igor Михаил|Mikhail "
        "Николай|Nikolai Павел|Pavel Юрий|Yurii",
        starts="Бере|Bere Вол|Vol Гор|Gor Зар|Zar Кар|Kar Лог|Log Меш|Mesh Рад|Rad Сев|Sev",
        ends="анов|anov дин|din ецкий|etskii жев|zhev инов|inov кин|kin нов|nov ский|skii",
    ),
    "chinese": _Shape(
        given="伟|Wei 芳|Fang 娜|Na 敏|Min 静|Jing 丽|Li 强|Qiang 磊|Lei 军|Jun 洋|Yang 艳|Yan "
        "晓明|Xiaoming 志强|Zhiqiang 建华|Jianhua 文博|Wenbo 雨桐|Yutong",
        starts="王|Wang 李|Li 张|Zhang 刘|Liu 陈|Chen 杨|Yang 黄|Huang 赵|Zhao 吴|Wu 周|Zhou 徐|Xu",
        ends="",
    ),
    "korean": _Shape(
        given="지훈|Ji-hoon 서연|Seo-yeon 민준|Min-jun 하은|Ha-eun 도윤|Do-yun 수빈|Su-bin "
        "예준|Ye-jun 현우|Hyun-woo",
        starts="김|Kim 이|Lee 박|Park 최|Choi 정|Jung 강|Kang 윤|Yoon 임|Lim",
        ends="",
    ),
    "japanese": _Shape(
        given="陽子|Yoko 健太|Kenta 直樹|Naoki 美咲|Misaki 翔|Sho 由美|Yumi 大輔|Daisuke 恵|Megumi",
        starts="青|Ao 石|Ishi 上|Ue 小|Ko 中|Naka 西|Nishi 松|Matsu 森|Mori",
        ends="川|kawa 木|ki 島|shima 田|da 野|no 原|hara 村|mura 山|yama",
    ),
    "arabic": _Shape(
        given="أحمد|Ahmed خالد|Khalid ليلى|Layla محمد|Mohammed مريم|Maryam عمر|Omar يوسف|Yousef "
        "فاطمة|Fatima عبد_الله|Abdullah",
        starts="بر|Bar حم|Ham خل|Khal راش|Rash زه|Zah شه|Shah غان|Ghan نص|Nas",
        ends="اوي|awi ري|ri اني|ani دي|di ومي|oumi يمي|aimi",
        particles="ال|al-",
    ),
    "indian": _Shape(
        given="Aarav Ananya Deepika Ganesh Harini Kiran Lakshmi Mohan Nandini Prakash Rajesh "
        "Shreya Suresh Vidya",
        starts="Bala Chandra Dhana Gopala Krishna Maha Nara Rama Sanka Subra Venka Vija",
        ends="charya das gopal kar kumar moorthy nathan raj rao sami swamy tesh",
        middles="K. M. N. P. S. V.",
    ),
    "dutch": _Shape(
        given="Anouk Bram Daan Femke Jeroen Lotte Maarten Noor Sjoerd Tijmen Willemijn",
        starts="Beek Broek Dijk Hoog Kamp Koning Linden Meer Oude Steen Veld Zand",
        ends="boom bosch broek huis hout kamp laar man meer stra sma veen",
        particles="van van_de van_der de ter",
    ),
    "african": _Shape(
        given="Abena Chidi Folasade Kwame Ndapewa Nangula Oluwaseun Thabo Tendai Wanjiru Zola",
        starts="Ade Chi Haim Kama Mba Ndja Nghi Oko Shi Tjiu Uka Zwe",
        ends="bola debe fune kuru lola mbe nda ngwe nyika pinge tenda wele",
    ),
    "turkish": _Shape(
        given="Ayşe Barış Çağla Emre Gülşen İbrahim Mehmet Özlem Şükrü Tuğba Ümit",
        starts="Ak Boz Çelik Demir Gök Kara Öz Sarı Şahin Taş Yıl",
        ends="ay baş can daş er kaya lı oğlu soy taş türk",
    ),
    "one name": _Shape(
        given="Budiarto Handayani Kusumawati Nugroho Prasetyo Suharsono Wulandari Yudhistira",
        starts="",
        ends="",
    ),
}

_DOUBLE_SCRIPT_ORDER_IS_FAMILY_FIRST: Final = frozenset({"chinese", "korean", "japanese"})
_NATIVE_FIRST_SHARE: Final = 0.06
_MIDDLE_SHARE: Final = 0.45
_PARTICLE_SHARE: Final = 0.2
_SUFFIX_SHARE: Final = 0.02

SHAPES: Final = tuple(_SHAPES)
"""Names of the shapes that `draw_name` knows."""

_WORDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    shape: {
        part: tuple(word.replace("_", " ") for word in getattr(lists, part).split())
        for part in ("given", "starts", "ends", "middles", "particles", "suffixes")
    }
    for shape, lists in _SHAPES.items()
}


def name_words(shape: str) -> dict[str, tuple[str, ...]]:
    """Return the lists of a shape in Latin letters: ``given``, ``starts``, ``ends`` and others.

    Examples
    --------
    >>> name_words("korean")["starts"][:2]
    ('Kim', 'Lee')
    """
    return {part: tuple(_split(word)[0] for word in words) for part, words in _WORDS[shape].items()}


def draw_name(draws: Draws, shape: str) -> PersonalName:
    """Return a name of one of the shapes in `SHAPES`.

    Parameters
    ----------
    draws : Draws
        Where chance comes from; the same stream gives the same name.
    shape : str
        One of `SHAPES`.

    Returns
    -------
    PersonalName
        Family names begin with early syllables of the lists more often than with late ones.
    """
    words = _WORDS[shape]
    given, given_native = _split(draws.pick(words["given"]))
    if words["middles"] and draws.chance(_MIDDLE_SHARE):
        given = f"{given} {draws.pick(words['middles'])}"
    family, family_native = _family(draws, words)
    if _SHAPES[shape].has_two_families and draws.chance(0.6):
        family = f"{family} {_family(draws, words)[0]}"
    if words["suffixes"] and draws.chance(_SUFFIX_SHARE):
        family = f"{family} {draws.pick(words['suffixes'])}"
    native = None
    if given_native:
        parts = (given_native, family_native)
        if shape in _DOUBLE_SCRIPT_ORDER_IS_FAMILY_FIRST:
            native = f"{family_native}{given_native}"
        else:
            native = " ".join(parts)
    return PersonalName(
        given=given,
        family=family,
        native=native,
        is_native_first=native is not None and draws.chance(_NATIVE_FIRST_SHARE),
    )


def _family(draws: Draws, words: dict[str, tuple[str, ...]]) -> tuple[str, str]:
    if not words["starts"]:
        return "", ""
    frequent_first = draws.unit() * draws.unit()
    text, native = _split(words["starts"][int(frequent_first * len(words["starts"]))])
    if words["ends"]:
        end, native_end = _split(draws.pick(words["ends"]))
        text, native = text + end, native + native_end
    text = text.replace("- ", "-")
    if words["particles"] and draws.chance(_PARTICLE_SHARE):
        particle, native_particle = _split(draws.pick(words["particles"]))
        text = f"{particle}{'' if particle.endswith(('-', chr(39))) else ' '}{text}"
        native = native_particle + native
    return text, native


def _split(word: str) -> tuple[str, str]:
    """Return the Latin and the native form of a list's word, the latter empty if there is none."""
    native, bar, latin = word.rpartition("|")
    return (latin, native) if bar else (word, "")

"""Names: folding and the comparisons of folded names."""

from __future__ import annotations

import gzip
import itertools
import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph import names as names_module
from scholargraph.names import (
    MAX_FOLDED_LENGTH,
    fold,
    initials_agree,
    same_words,
    words,
    words_begin,
)

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the real records are not here")

SHORT_WORDS = ["a", "b", "an", "ab", "anna", "andrea", "bea", "g", "jr", "sr", "ii"]
folded_names = st.lists(st.sampled_from(SHORT_WORDS), max_size=5).map(" ".join)
texts = st.text() | st.lists(
    st.sampled_from([*"aB,.-'´¨ıİßﬁΣςᾳ각ガ한", " ", "Jr.", "\u0301", "\u0345", "\u200d", "\ud800"])
).map("".join)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Gesmundo, Andrea", "andrea gesmundo"),
        ("Andrea Gesmundo", "andrea gesmundo"),
        ("  ANDREA\t\nGesmundo ", "andrea gesmundo"),
        ("Gesmundo,Andrea B.", "andrea b gesmundo"),
        ("Gesmundo， Andrea", "andrea gesmundo"),
        ("Smith, Jr.", "smith jr"),
        ("Smith, III", "smith iii"),
        ("King, Martin Luther, Jr.", "martin luther king jr"),
        ("King, Jr., Martin Luther", "martin luther king jr"),
        ("Bloggs, V.", "v bloggs"),
        ("Rahman, Md.", "md rahman"),
        ("Smith, ", "smith"),
        (", Smith", "smith"),
        ("Ada, Berta, Clara", "ada berta clara"),
        ("C. -P. Yuan", "c p yuan"),
        ("C.-P. Yuan", "c p yuan"),
        ("J.R.R. Tolkien", "j r r tolkien"),
        ("Broňa Brejová", "brona brejova"),
        ("Sławomir Łukasiewicz", "slawomir lukasiewicz"),
        ("Søren Kierkegård", "soren kierkegard"),
        ("Đặng Thị Ngọc", "dang thi ngoc"),
        ("Guðrún Þórðardóttir", "gudrun thordardottir"),
        ("Groß GROSS GROẞ", "gross gross gross"),
        ("Çağrı İnce IŞIK", "cagri ince isik"),
        ("Æsop Œdipe ŋ ħ", "aesop oedipe n h"),
        ("Əliyev", "aliyev"),
        ("Itamar L'vov", "itamar lvov"),
        ("O’Brien O‘Brien O´Brien O`Brien OʼBrien O＇Brien O′Brien", " ".join(["obrien"] * 7)),
        ("Khalid Al‐Ramadan", "khalid al ramadan"),
        ("Al-A Al‐A Al‑A Al‒A Al–A Al—A Al−A Al－A Al﹣A", " ".join(["al a"] * 9)),
        ("Jean\u00adLuc Go\u200bdard\u202e", "jeanluc godard"),
        ("Mu¨ller", "muller"),
        ("ﬁnn Ⅲ", "finn iii"),
        ("Ｗｅｉ　Ｌｉ", "wei li"),
        ("王小明", "王小明"),
        ("김철수", "김철수"),
        ("Иванов, Пётр", "петр иванов"),
        ("Κώστας ΚΏΣΤΑΣ", "κωστασ κωστασ"),
        ("שרה כהן", "שרה כהן"),
        ("محمد أحمد", "محمد احمد"),
        ("أحمد، محمد", "محمد احمد"),
        ("राम", "रम"),
        ("Sudha", "sudha"),
        ("M\u00aa López", "ma lopez"),
        ("Joe \"Jack\" Smith", "joe jack smith"),
        ("R2-D2", "r2 d2"),
        ("Smith\0John", "smith john"),
        ("M\ufffdller \ud800", "m ller"),
        ("", ""),
        ("., -'\u0301", ""),
    ],
)  # fmt: skip
def test_fold(name: str, expected: str) -> None:
    """Names in many scripts and spellings come to the form that is searched."""
    assert fold(name) == expected


@given(texts)
def test_folding_a_folded_name_changes_nothing(text: str) -> None:
    """A folded name is its own fold, its words are those of `words`, one blank between them."""
    folded = fold(text)

    assert fold(folded) == folded
    assert folded.split() == folded.split(" ") if folded else True
    assert words(folded) == tuple(folded.split())
    assert all(word == fold(word) for word in words(text))


@given(texts.filter(lambda text: text.isprintable()))
def test_folding_does_not_see_unicode_form_or_case(text: str) -> None:
    """Composed or decomposed, upper or lower case: the fold is the same."""
    expected = fold(text)

    assert fold(unicodedata.normalize("NFC", text)) == expected
    assert fold(unicodedata.normalize("NFD", text)) == expected
    assert fold(text.upper()) == expected
    assert fold(text.lower()) == expected


def test_folding_is_stable_on_every_character_of_unicode() -> None:
    """Each single character folds to something stable, in every normal form and in either case."""
    unstable = []
    for block in range(0, 0x110000, 16):
        text = " ".join(map(chr, range(block, block + 16)))
        folded = words(text)
        forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
        if any(words(each) != folded for each in [*forms, text.upper(), " ".join(folded)]):
            unstable.append(hex(block))

    assert unstable == []


@given(st.text(st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_agrees_with_the_long_one(text: str) -> None:
    """An invisible character, which sends a name the long way, changes nothing."""
    assert fold(text + "\u200b") == fold(text)


@given(st.lists(st.sampled_from(["Li", "van der Berg", "O'Brien"]), min_size=2, max_size=2))
def test_surname_first_with_a_comma_is_turned_round(parts: list[str]) -> None:
    """ "Surname, Given" folds as "Given Surname" does, while `words` keeps the order of titles."""
    surname, given_name = parts

    assert fold(f"{surname}, {given_name}") == fold(f"{given_name} {surname}")
    assert words(f"{surname}, {given_name}") == words(f"{surname} {given_name}")


@pytest.mark.parametrize(
    "name",
    [
        "a" * 100_000,
        "a," * 50_000,
        "a. " * 1_000,
        "a" + "\u0301" * 10_000 + "b",
        "a" + "\u0301\u0323\u0334" * 10_000,
        "\ufdfa" * 40_000,
        "İ" * 40_000,
        "각" * 40_000,
        "Jr., III, van der " * 5_000,
    ],
)
def test_folded_names_are_bounded(name: str) -> None:
    """Whatever the length of a name, its fold and its words stay below the limit, and stable."""
    folded = fold(name)

    assert 0 < len(folded) <= MAX_FOLDED_LENGTH
    assert fold(folded) == folded
    assert len(" ".join(words(name))) <= MAX_FOLDED_LENGTH


def test_marks_in_any_number_are_dropped() -> None:
    """Ten thousand accents on one letter leave the letter and what follows it."""
    assert fold("Zoe" + "\u0301\u0323\u0334" * 3_000 + " Li") == "zoe li"


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a ",
        ",",
        "a,",
        "'",
        "-",
        "é",
        "\u0301",
        "\u0301\u0323\u0334",
        "\u05b0é\u0345",
        "\uff9e",
    ],
)
def test_the_time_of_folding_grows_with_the_length(unit: str) -> None:
    """Ten times the length takes about ten times the time; quadratic work would take a hundred."""

    def best_s(length: int) -> float:
        name = ("é" + unit * length)[:length]
        durations_s = []
        for _ in range(5):
            start = time.process_time()
            fold(name)
            durations_s.append(time.process_time() - start)
        return min(durations_s)

    assert best_s(30_000) <= 40 * max(best_s(3_000), 1e-4)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("a gesmundo", "andrea gesmundo", True),
        ("andrea gesmundo", "andrea gesmundo", True),
        ("andrea b gesmundo", "andrea gesmundo", True),
        ("andrea b gesmundo", "a gesmundo", True),
        ("a b gesmundo", "andrea bruno gesmundo", True),
        ("a c gesmundo", "andrea b c gesmundo", True),
        ("a b gesmundo", "andrea gesmundo", True),
        ("b gesmundo", "andrea b gesmundo", False),
        ("andrea b gesmundo", "andrea c gesmundo", False),
        ("a c b gesmundo", "andrea b c gesmundo", False),
        ("an gesmundo", "andrea gesmundo", False),
        ("anna gesmundo", "andrea gesmundo", False),
        ("a gesmundo", "a gesmundi", False),
        ("gesmundo", "andrea gesmundo", False),
        ("gesmundo", "gesmundo", True),
        ("", "", False),
        ("", "gesmundo", False),
        ("m l king jr", "martin luther king jr", True),
        ("m l king jr", "martin luther king", True),
        ("m l king jr", "martin luther king sr", False),
        ("l van beethoven", "ludwig van beethoven", True),
        ("王小明", "王小明", True),
    ],
)
def test_initials_agree(a: str, b: str, expected: bool) -> None:
    """Initials stand for given names in order; middle names may be missing; surnames are equal."""
    assert initials_agree(a, b) is expected
    assert initials_agree(b, a) is expected


def naive_initials_agree(a: str, b: str) -> bool:
    """Apply the rule of the docstring by trying every choice of given names."""
    tails = ("jr", "sr", "ii", "iii", "iv")

    def split(name: str) -> tuple[list[str], str]:
        parts = name.split(" ")
        return (parts[:-1], parts[-1]) if len(parts) > 2 and parts[-1] in tails else (parts, "")

    (names_a, tail_a), (names_b, tail_b) = split(a), split(b)
    if not a or not b or names_a[-1] != names_b[-1] or (tail_a and tail_b and tail_a != tail_b):
        return False
    fewer, more = names_a[:-1], names_b[:-1]
    if len(fewer) > len(more):
        fewer, more = more, fewer
    if not fewer or not more:
        return fewer == more

    def agree(x: str, y: str) -> bool:
        return x == y or (len(x) == 1 and y.startswith(x)) or (len(y) == 1 and x.startswith(y))

    return any(
        all(agree(x, more[place]) for x, place in zip(fewer, (0, *places), strict=True))
        for places in itertools.combinations(range(1, len(more)), len(fewer) - 1)
    )


@given(folded_names, folded_names)
def test_initials_agree_as_the_rule_says(a: str, b: str) -> None:
    """The one pass gives what trying every choice gives, in both directions."""
    expected = naive_initials_agree(a, b)

    assert initials_agree(a, b) is expected
    assert initials_agree(b, a) is expected


@given(texts)
def test_a_name_agrees_with_itself(text: str) -> None:
    """Each comparison holds between a folded name and itself, unless it is empty."""
    folded = fold(text)

    assert same_words(folded, folded) is bool(folded)
    assert initials_agree(folded, folded) is bool(folded)
    assert words_begin(folded, folded) is bool(folded)


@given(folded_names, folded_names)
def test_same_words_means_that_one_is_an_order_of_the_other(a: str, b: str) -> None:
    """Names have the same words if some order of the one is the other."""
    orders = {" ".join(order) for order in itertools.permutations(a.split())}

    assert same_words(a, b) is (b in orders and b != "")


@given(folded_names, folded_names)
def test_words_begin_as_some_assignment_of_words_says(query: str, name: str) -> None:
    """A query matches if its words can be given to different words that they begin."""
    asked, there = query.split(), name.split()
    expected = bool(asked) and any(
        all(word.startswith(start) for start, word in zip(asked, choice, strict=True))
        for choice in itertools.permutations(there, len(asked))
    )

    assert words_begin(query, name) is expected


def test_the_longer_of_two_beginnings_chooses_first() -> None:
    """A short beginning leaves a long one the only word that fits it, whatever their order."""
    assert words_begin("a andrea", "andrea anna")
    assert words_begin("andrea a", "andrea anna")
    assert not words_begin("a andrea andrea", "andrea anna alba")


@needs_data
def test_real_names_fold_to_something_and_spellings_of_one_author_fold_alike() -> None:
    """No printed name of the real works folds to nothing; the author with two hyphens is one."""
    names: set[str] = set()
    two_hyphens: set[str] = set()
    for path in sorted((DATA / "openalex/snapshot_like/data/works").glob("*/*.gz")):
        with gzip.open(path, "rb") as lines:
            for seat in (seat for line in lines for seat in json.loads(line)["authorships"]):
                printed = (seat["author"]["display_name"], seat["raw_author_name"])
                names.update(name for name in printed if name is not None)
                if seat["author"]["id"] == "https://openalex.org/A5085007251":
                    two_hyphens.add(seat["author"]["display_name"])

    assert len(two_hyphens) == 2
    assert {fold(name) for name in two_hyphens} == {"khalid al ramadan"}
    assert [name for name in names if not fold(name)] == []
    assert [name for name in names if fold(fold(name)) != fold(name)] == []


LATIN = st.sampled_from([chr(code) for codes in names_module._LATIN for code in codes])


@given(st.one_of(st.text(LATIN), st.text(st.one_of(LATIN, LATIN, st.characters()))))
def test_letters_all_at_once_as_step_by_step(text: str) -> None:
    """Latin letters are folded by a table, with the result that any letters have."""
    assert names_module._fold_letters(text) == names_module._fold_any_letters(text)


def test_each_latin_letter_beside_another() -> None:
    """None of those in the table is folded otherwise for what stands before or behind it."""
    letters = [chr(code) for code in names_module._latin_folding()]
    for shift in (1, 7, 100, 500):
        shifted = letters[shift:] + letters[:shift]
        text = "".join(map("".join, zip(letters, shifted, strict=True)))
        assert names_module._fold_letters(text) == names_module._fold_any_letters(text)


def test_letters_that_others_change_are_not_in_the_table() -> None:
    """An accent that becomes a letter, and letters that are not folded to ASCII."""
    table = names_module._latin_folding()

    assert not {0x345, ord("ǝ")} & set(table)
    assert {table[ord(letter)] for letter in "éẽè"} == {"e"}

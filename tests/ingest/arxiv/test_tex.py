"""TeX in names: what is decoded, what is dropped, and that nothing takes long."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest.arxiv.tex import decode_tex

MARKS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "r": "\u030a", "c": "\u0327",
    "k": "\u0328", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
LETTERS = "abcdefghiklmnoprstuvwyzABCDEFGHIKLMNOPRSTUVWYZ"
FRAGMENTS = [
    *("\\", "{", "}", "$", "~", "^", "_", "'", "`", '"', "-", " ", "\n", "(", ","),
    *("\\'", "\\v ", "\\c", "\\o", "\\ss", "\\i", "\\it ", "\\and", "\\alpha", "a", "E", "1", "é"),
]
texts = st.text() | st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"C. Bal\'azs", "C. Balázs"),
        (r"Bro\v{n}a Brejov\'a", "Broňa Brejová"),
        (r"Rastislav \v{S}r\'amek", "Rastislav Šrámek"),
        (r"R. Tom\`as", "R. Tomàs"),
        (r"Franz G\"ahler", "Franz Gähler"),
        (r"M. R{\"u}bhausen", "M. Rübhausen"),
        (r"M. R\"{u}bhausen", "M. Rübhausen"),
        (r"J\'er\^ome", "Jérôme"),
        (r"X. Vi\~nas", "X. Viñas"),
        (r"Fran\c{c}ois Fran\c cois", "François François"),
        (r"P. Erd{\H{o}}s", "P. Erdős"),
        (r"\.Z. \.{Z}", "Ż. Ż"),
        (r"Ma\'{\i}z M\'\i az", "Maíz Míaz"),
        (r"Nguy{\~{\^e}}n", "Nguyễn"),
        (r"Mikkel {\O}bro, S{\o}ren, S\o ren, \AA{}berg", "Mikkel Øbro, Søren, Søren, Åberg"),
        (r"Rafa{\l} Lata{\l}a, \L{}ukasz, \L ukasz", "Rafał Latała, Łukasz, Łukasz"),
        (r"Preu{\ss} and Preu\ss and Gro\ss Berg", "Preuß and Preuß and Groß Berg"),
        (r"{\AE}gir {\ae} {\oe} \OE{}", "Ægir æ œ Œ"),
        (r"Y\i{}lmaz", "Yılmaz"),
        (r"C.~P.~Yuan", "C. P. Yuan"),
        (r"Wisconsin--Milwaukee---a", "Wisconsin–Milwaukee—a"),
        (r"``Kurchatov Institute''", "“Kurchatov Institute”"),
        (r"$\beta$ and $\Lambda$CDM", "β and ΛCDM"),
        (r"Lei Chen$^{1,2}$, Le Wu$^3$ 10$^3$x", "Lei Chen¹², Le Wu³ 10³x"),
        (r"H$_2$O_x", "H2O_x"),
        (r"A \& B\\C\,D\-E \_ \%", "A & B C D" + "E _ %"),
        (r"{\it et al}", "et al"),
        (r"J. {\it de} {\sc Smith}, \textbf{Jones}", "J. de  Smith, Jones"),
        (r"J. Doe \and \A. Roe", "J. Doe  and  A. Roe"),
        (r"\'{} \'1 \'", " 1 "),
        ("a\\", "a"),
        ("Übung ''", "Übung ”"),
        ("O'Brien", "O'Brien"),
        ("", ""),
    ],
)
def test_tex_becomes_unicode(text: str, expected: str) -> None:
    """Accents, special letters, ligatures, braces and mathematics, in the ways people type them."""
    assert expected == decode_tex(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"S\lawianowski Go\lubowska", "Sławianowski Gołubowska"),
        (r"Ak\incı Ar\ik Y\ilmaz", "Akıncı Arık Yılmaz"),
        (r"Lefran\ccois Pila\vr", "Lefrançois Pilař"),
        (r"Bolboac{\ba}", "Bolboaca"),
        (r"Rzą\zewski", "Rzązewski"),
        (r"Gr\{o}nbech", "Gronbech"),
        (r"Kosi{ń}ski {Martín-Pérez}", "Kosiński Martín-Pérez"),
        (r"Ili\' c", "Ilić"),
        (r"Kim Nguy\~ên", "Kim Nguyễn"),
        (r"Mar\'{\I}a", "MarÍa"),
    ],
)
def test_tex_that_arxiv_could_not_read_is_read_as_it_was_meant(text: str, expected: str) -> None:
    """Forms that stand undecoded in real records."""
    assert expected == decode_tex(text)


@pytest.mark.parametrize("command", MARKS)
def test_an_accent_stands_on_every_letter_that_unicode_has(command: str) -> None:
    """Each way to write an accent gives the composed letter, or the bare one if there is none."""
    blank = " " if command.isalpha() else ""
    for letter in LETTERS:
        composed = unicodedata.normalize("NFC", letter + MARKS[command])
        expected = composed if len(composed) == 1 else letter

        for form in (f"\\{command}{{{letter}}}", f"{{\\{command}{blank}{letter}}}"):
            assert (form, f"x{expected}y") == (form, decode_tex(f"x{form}y"))


@given(st.text(alphabet=st.characters(exclude_characters="\\{}$~^`'-")))
def test_a_text_without_tex_stays(text: str) -> None:
    """Where nothing is to decode, nothing changes."""
    assert text == decode_tex(text)


@given(texts)
def test_any_text_is_decoded(text: str) -> None:
    """Nothing is refused, nothing grows by more than the blanks of a command, no braces remain."""
    decoded = decode_tex(text)

    assert len(decoded) <= 2 * len(text)
    assert not set("{}$~^\\") & set(decoded) or "\\$" in text


@given(texts, st.text(alphabet="abcXYZé ,.").filter(str.strip))
def test_decoding_is_local(text: str, plain: str) -> None:
    """A finished group changes nothing of a text before it."""
    assert decode_tex(plain + "{}" + text) == plain + decode_tex("{}" + text)


@pytest.mark.parametrize(
    "hostile",
    ["\\'", "{", "}", "\\", "$", "^{", "\\v ", "\\v{", " ", "\\o ", "-", "`", "'", "~", "\\i\\'"],
)
def test_time_is_linear(hostile: str) -> None:
    """Ten times the text takes about ten times as long, nested or not."""

    def best_s(count: int) -> float:
        durations_s = []
        for _ in range(2):
            start = time.process_time()
            decode_tex(hostile * count + "e")
            durations_s.append(time.process_time() - start)
        return min(durations_s)

    assert best_s(30_000) <= 40 * max(best_s(3_000), 1e-3)

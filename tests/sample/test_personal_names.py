"""Names of made-up people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.sample.draws import Draws, Purpose
from scholargraph.sample.personal_names import SHAPES, draw_name, printed_forms


@given(st.integers(0, 10**6), st.sampled_from(SHAPES))
def test_every_name_can_be_printed(serial: int, shape: str) -> None:
    """A name has a given name and forms without stray blanks, of which the first is shown."""
    name = draw_name(Draws(0, Purpose.NAME, serial), shape)
    forms = printed_forms(name)

    assert name.given
    assert forms[0] == name.display
    assert len(forms) == len(set(forms))
    assert all(form and form == " ".join(form.split()) and "|" not in form for form in forms)


@pytest.mark.parametrize("shape", ["russian", "chinese", "korean", "japanese", "arabic"])
def test_some_names_have_another_script(shape: str) -> None:
    """Where another script is written, the name has a form in it without a Latin letter."""
    name = draw_name(Draws(0, Purpose.NAME, 1), shape)

    assert name.native is not None
    assert not any(char.isascii() and char.isalpha() for char in name.native)
    assert name.native in printed_forms(name)


def test_one_form_is_without_accents() -> None:
    """Of a name with accents one form is plain ASCII, as old systems print it."""
    names = [draw_name(Draws(0, Purpose.NAME, serial), "slavic") for serial in range(50)]
    accented = [name for name in names if not name.latin.isascii()]

    assert accented
    assert all(any(form.isascii() for form in printed_forms(name)) for name in accented)

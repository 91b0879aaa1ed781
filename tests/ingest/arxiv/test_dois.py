"""DOIs of published papers, out of the texts that arXiv keeps them in."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scholargraph.ingest.arxiv import dois as dois_module
from scholargraph.ingest.arxiv.dois import MAX_LENGTH, published_dois

DOIS = st.from_regex(r"10\.[1-9][0-9]{3,5}/[a-z0-9()<>:.-]{0,12}[a-z0-9]", fullmatch=True)


@given(
    st.lists(DOIS, min_size=1, max_size=4, unique=True),
    st.sampled_from([" ", ", ", ";", "; ", "\n  "]),
    st.sampled_from(["", "doi:", "https://doi.org/", "http://dx.doi.org/"]),
)
def test_several_are_told_apart(dois: list[str], between: str, prefix: str) -> None:
    """Whatever stands between and in front of them, each is found, in order."""
    expected = [doi for text in dois for doi in published_dois(text)]

    assert list(published_dois(between.join(prefix + doi for doi in dois))) == expected
    assert len(expected) >= len(dois) - 1 or any(")" in doi for doi in dois)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ()),
        ("", ()),
        ("to appear", ()),
        ("10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2",
         ("10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2",)),
        ("10.1000/a;b", ("10.1000/a;b",)),
        ("10.1000/A 10.1000/a", ("10.1000/a",)),
        ("10.48550/arXiv.0704.0001 10.1000/1", ("10.1000/1",)),
    ],
)  # fmt: skip
def test_hard_cases(text: str | None, expected: tuple[str, ...]) -> None:
    """Signs that part DOIs also stand in them; arXiv's own DOI is not one of a published paper."""
    assert published_dois(text) == expected


@given(
    st.one_of(
        DOIS,
        st.from_regex(r"\A10\.[0-9]{3,10}/[-._()/:A-Za-z0-9,;% ]{0,20}\Z"),
        st.from_regex(r"\A10\.48550/arXiv\.[0-9]{4}\.[0-9]{4,5}\Z"),
        st.from_regex(r"\A10\.1000/[a-z]{190,560}\Z"),
    )
)
def test_a_usual_one_as_any_other(text: str) -> None:
    """What is read at a glance is what the slow way makes of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dois_module, "_USUAL", re.compile("(?!)"))
        expected = published_dois(text)

    assert published_dois(text) == expected


def test_time_is_bounded() -> None:
    """A text made of separators is no way to keep the machine busy."""
    start = time.perf_counter()
    assert published_dois("10.1000/1" + " ,;" * MAX_LENGTH * 1_000) == ("10.1000/1",)
    assert time.perf_counter() - start < 1

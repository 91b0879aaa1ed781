"""Licences of arXiv by their short names."""

from __future__ import annotations

import pytest

from scholargraph.ingest.arxiv.licences import licence_name


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://creativecommons.org/licenses/by/4.0/", "cc-by"),
        ("http://creativecommons.org/licenses/by/3.0/", "cc-by"),
        ("https://www.creativecommons.org/licenses/by-sa/4.0", "cc-by-sa"),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0/", "cc-by-nc-sa"),
        ("http://creativecommons.org/licenses/by-nc-nd/4.0/", "cc-by-nc-nd"),
        ("http://creativecommons.org/licenses/publicdomain/", "public-domain"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "public-domain"),
        ("http://arxiv.org/licenses/nonexclusive-distrib/1.0/", "other-oa"),
        ("http://arxiv.org/licenses/assumed-1991-2003/", "other-oa"),
        (None, None),
        ("", None),
        ("http://example.org/by/4.0/", None),
        ("https://creativecommons.org/licenses/by-nd/4.0/", None),
    ],
)
def test_licences_of_arxiv(url: str | None, expected: str | None) -> None:
    """Each licence that arXiv offers has OpenAlex's name; of others none is guessed."""
    assert licence_name(url) == expected

"""Small random graphs whose authors name institutions and countries."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.strategies import collaboration_graphs
from tests.support import Row

I1, I2, I3, I4, I5 = (f"I900000000{number}" for number in range(1, 6))

INSTITUTIONS: list[Row] = [
    {"institution_id": I1, "name": "One", "ror": "https://ror.org/1", "lineage": [I1]},
    {"institution_id": I2, "name": "Two", "lineage": [I2, I1]},
    {"institution_id": I3, "name": "Three", "lineage": [I3, I1, I4]},
    {"institution_id": I4, "name": "Four", "lineage": [I4]},
    {"institution_id": I5, "name": "One again", "ror": "https://ror.org/1", "lineage": [I5]},
]


@st.composite
def affiliated(draw: st.DrawFn) -> dict[str, list[Row]]:
    """A small graph whose seats name none, one or several institutions, or only a country."""
    tables = draw(collaboration_graphs())
    rows: list[Row] = []
    for seat in tables["authorships"]:
        places = draw(st.lists(st.sampled_from([I1, I2, I3, I4, I5]), unique=True, max_size=3))
        rows += [
            {
                "paper_id": seat["paper_id"],
                "position": seat["position"],
                "institution_id": place,
                "country_code": "NA" if place in (I1, I2) else "FR",
                "raw": [],
            }
            for place in sorted(places)
        ]
        if draw(st.booleans()):
            rows.append(
                {
                    "paper_id": seat["paper_id"],
                    "position": seat["position"],
                    "country_code": draw(st.sampled_from([None, "FR", "DE"])),
                    "raw": ["Somewhere"],
                }
            )
    return {**tables, "institutions": INSTITUTIONS, "affiliations": rows}

"""Real countries with made-up towns.

What lives here: where institutions and the scenes of titles are, and how most people there are
called. Names themselves are in ``personal_names``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Country:
    """A real country with made-up towns."""

    code: str
    name: str
    shape: str
    """Shape of most names, one of ``personal_names.SHAPES``."""
    latitude: float
    longitude: float
    towns: tuple[str, ...]


def _country(
    code: str, name: str, shape: str, latitude: float, longitude: float, towns: str
) -> Country:
    return Country(
        code=code,
        name=name,
        shape=shape,
        latitude=latitude,
        longitude=longitude,
        towns=tuple(towns.split(", ")),
    )


COUNTRIES: Final = (
    _country("US", "United States", "english", 40.0, -95.0, "Elmstead, Harlow Falls, Port Wex"),
    _country("CN", "China", "chinese", 33.0, 110.0, "Linhe, Xinzhou Bay, Qingtan"),
    _country("DE", "Germany", "german", 51.0, 10.0, "Brückenau, Grünfurt, Oberlinde"),
    _country("GB", "United Kingdom", "english", 52.5, -1.5, "Thornbury Mere, Wickham Dale"),
    _country("IN", "India", "indian", 22.0, 79.0, "Venkatapura, Nandigarh"),
    _country("JP", "Japan", "japanese", 36.0, 138.0, "Aoshima, Nishikawa"),
    _country("FR", "France", "french", 47.0, 2.5, "Beauvallon, Saint-Rémy-des-Prés"),
    _country("ES", "Spain", "spanish", 40.0, -4.0, "Fuentealba, Peñarrubia"),
    _country("BR", "Brazil", "spanish", -14.0, -52.0, "São Bento do Mar, Ribeirão Claro"),
    _country("KR", "Korea", "korean", 36.5, 128.0, "Hanbyeol, Saebit"),
    _country("SE", "Sweden", "nordic", 60.0, 15.0, "Åkersund, Björkvik"),
    _country("NO", "Norway", "nordic", 62.0, 10.0, "Fjellvik, Øyhamn"),
    _country("NL", "Netherlands", "dutch", 52.2, 5.5, "Zandmeer, Oudebroek"),
    _country("PL", "Poland", "slavic", 52.0, 19.0, "Łąkowice, Nowy Żuraw"),
    _country("CZ", "Czechia", "slavic", 49.8, 15.5, "Šeděnín, Dvořiště"),
    _country("RU", "Russia", "russian", 56.0, 44.0, "Beregorsk, Zarechinsk"),
    _country("EG", "Egypt", "arabic", 27.0, 30.0, "Bir Nasr, Wadi Shahin"),
    _country("SA", "Saudi Arabia", "arabic", 24.0, 45.0, "Ras Barqa, Ghanim"),
    _country("TR", "Türkiye", "turkish", 39.0, 35.0, "Gölbaşı Yeni, Karataş"),
    _country("ZA", "South Africa", "dutch", -29.0, 25.0, "Steenkamp, Hoogeveld"),
    _country("NG", "Nigeria", "african", 9.0, 8.0, "Adebola, Ukadike"),
    _country("ID", "Indonesia", "one name", -5.0, 115.0, "Sumberjaya, Wulan"),
    _country("NA", "Namibia", "african", -22.0, 17.0, "Oshindende, Swakop Mole"),
)
"""The last is Namibia, whose code NA many readers take for a missing value."""

NAMIBIA: Final = COUNTRIES[-1]

"""Distances on the earth."""

from __future__ import annotations

from typing import Final

import numpy as np

from scholargraph.network.pairs import FloatArray

EARTH_RADIUS_KM: Final = 6_371.0088
"""The mean radius: a third of the sum of two equatorial radii and the polar one."""


def kilometres(
    latitude: FloatArray, longitude: FloatArray, other_latitude: FloatArray, other: FloatArray
) -> FloatArray:
    """Return great-circle distances by the haversine formula.

    Parameters
    ----------
    latitude, longitude, other_latitude, other : float64 array
        Of both ends, in radians; ``other`` is the longitude of the other end.

    Returns
    -------
    float64 array
        Kilometres on a sphere; NaN where a coordinate is.

    References
    ----------
    Sinnott, R. W. (1984). Virtues of the haversine. Sky and Telescope 68(2), 159.

    Examples
    --------
    >>> quarter = kilometres(*(np.radians(np.array([angle])) for angle in (0.0, 0.0, 90.0, 0.0)))
    >>> round(float(quarter[0]))
    10008
    """
    haversine = (
        np.sin((other_latitude - latitude) / 2) ** 2
        + np.cos(latitude) * np.cos(other_latitude) * np.sin((other - longitude) / 2) ** 2
    )
    # Of antipodes rounding makes a little more than 1.
    distance: FloatArray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(haversine, 1.0)))
    return distance

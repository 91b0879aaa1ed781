"""Arguments of questions that are whole numbers."""

from __future__ import annotations

from typing import Final

import numpy as np

from scholargraph.errors import InvalidArgumentError

_SHOWN: Final = 80
"""Characters of a value that a message repeats."""


def check_number(name: str, value: object, least: int = 1) -> None:
    """Check an argument that is a whole number.

    Parameters
    ----------
    name : str
        What the argument is called.
    value : object
        What was given.
    least : int
        The smallest number that it may be.

    Raises
    ------
    InvalidArgumentError
        If it is none, or smaller than it may be.

    Examples
    --------
    >>> check_number("radius", 2)
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise InvalidArgumentError(f"{name} is a number from {least}, not {ascii(value)[:_SHOWN]}")


def check_limit(limit: object, least: int = 1) -> None:
    """Check how many rows an answer may have: a whole number, or None for all.

    Parameters
    ----------
    limit : object
        What was given.
    least : int
        The smallest number that it may be.

    Raises
    ------
    InvalidArgumentError
        If it is neither, or smaller than it may be.

    Examples
    --------
    >>> check_limit(None)
    """
    is_whole = isinstance(limit, int | np.integer) and not isinstance(limit, bool)
    if limit is not None and (not is_whole or int(limit) < least):  # type: ignore[call-overload]
        raise InvalidArgumentError(
            f"limit is None or a number of {least} or more, not {ascii(limit)[:_SHOWN]}"
        )

"""What a process that reads runs: a script, for it is to come before every other module of ours.

It lets the process do without pandas. Arrow imports that when it is first given a list, to see
whether that is one of pandas' own, which would cost every process a third of a second.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder


class WithoutPandas(MetaPathFinder):
    """Says that there is no pandas."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """Refuse pandas, and leave all else to the other finders."""
        if fullname == "pandas":
            raise ModuleNotFoundError("workers need no pandas", name=fullname)


if __name__ == "__main__":
    sys.meta_path.insert(0, WithoutPandas())

    from scholargraph.ingest.workers import serve

    serve()

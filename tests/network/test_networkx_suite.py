"""networkx's own tests, run through the backend in a process of their own.

That they pass proves little by itself, since what the backend refuses networkx does on its own.
Hence every call that the backend answers is counted, and each function has a floor.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from scholargraph.network.backend_info import FUNCTIONS

REPOSITORY: Final = Path(__file__).resolve().parents[2]

MODULES: Final = (
    "centrality.tests.test_betweenness_centrality",
    "centrality.tests.test_closeness_centrality",
    "centrality.tests.test_degree_centrality",
    "components.tests.test_connected",
    "link_analysis.tests.test_pagerank",
    "shortest_paths.tests.test_generic",
    "shortest_paths.tests.test_unweighted",
    "tests.test_cluster",
    "tests.test_core",
    "tests.test_link_prediction",
)

FLOORS: Final = {
    "adamic_adar_index": 5,
    "betweenness_centrality": 40,
    "bidirectional_shortest_path": 6,
    "closeness_centrality": 15,
    "clustering": 55,
    "connected_components": 3,
    "core_number": 16,
    "degree_centrality": 5,
    "has_path": 3,
    "is_connected": 12,
    "jaccard_coefficient": 5,
    "node_connected_component": 1,
    "number_connected_components": 2,
    "pagerank": 14,
    "resource_allocation_index": 5,
    "shortest_path": 8,
    "shortest_path_length": 8,
    "single_source_shortest_path": 40,
    "single_source_shortest_path_length": 80,
    "transitivity": 4,
    "triangles": 11,
}
"""Calls that the backend must answer itself: some less than it does with networkx 3.6."""

WITHOUT_TESTS: Final = {"leiden_communities"}
"""networkx has no implementation of its own, and so no tests of one."""


class Counting:
    """A plugin of pytest that counts the calls which the backend answers."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._calls: Counter[str] = Counter()
        self._outcomes: Counter[str] = Counter()

    def pytest_configure(self) -> None:
        """Wrap every function of the backend."""
        from scholargraph.network.backend import backend_interface

        for name in FUNCTIONS:
            counted = self._counted(name, getattr(backend_interface, name))
            setattr(backend_interface, name, counted)

    def _counted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            try:
                result = function(*args, **kwargs)
            except NotImplementedError:
                raise
            except Exception:
                # An error that is no refusal is an answer, too: the tests look at it.
                self._calls[name] += 1
                raise
            self._calls[name] += 1
            return result

        return run

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count how tests went."""
        if report.when == "call" or not report.passed:
            self._outcomes[report.outcome] += 1

    def pytest_sessionfinish(self) -> None:
        """Write down what was counted."""
        self._path.write_text(json.dumps({"calls": self._calls, "outcomes": self._outcomes}))


RUN: Final = """
import sys
from pathlib import Path
import pytest
from tests.network.test_networkx_suite import Counting
sys.exit(pytest.main(sys.argv[2:], plugins=[Counting(Path(sys.argv[1]))]))
"""


@pytest.mark.slow
def test_the_tests_of_networkx_pass_through_the_backend(tmp_path: Path) -> None:
    """They pass, and the backend answered its share of their calls."""
    counts = tmp_path / "counts.json"
    # Not our settings, but those under which networkx tests itself.
    options = ["-q", "-c", os.devnull, "--rootdir", str(tmp_path)]
    options += ["-p", "no:randomly", "-p", "no:cacheprovider", "--pyargs"]
    options += [f"networkx.algorithms.{module}" for module in MODULES]
    environment = {
        **os.environ,
        "NETWORKX_TEST_BACKEND": "scholargraph",
        "NETWORKX_FALLBACK_TO_NX": "True",
    }

    shown = subprocess.run(
        [sys.executable, "-c", RUN, str(counts), *options],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert shown.returncode == 0, shown.stdout[-4_000:] + shown.stderr[-1_000:]
    counted = json.loads(counts.read_text())
    assert counted["outcomes"]["passed"] > 300
    assert counted["outcomes"].keys() <= {"passed", "skipped"}
    below = {
        name: (counted["calls"].get(name, 0), floor)
        for name, floor in FLOORS.items()
        if counted["calls"].get(name, 0) < floor
    }
    assert below == {}


def test_every_function_has_a_floor() -> None:
    """What the backend says that it does is held by the tests of networkx, where it has any."""
    assert {*FLOORS} == {*FUNCTIONS} - WITHOUT_TESTS

"""A generator of realistic OpenAlex dumps, for the first steps, tests and benchmarks.

What lives here: people, communities and papers that do not exist, in records of the shape that
OpenAlex gives, with the truth about who is who beside them. Reading dumps is the business of
``scholargraph.ingest``; nothing here imports it.

From the ground up: ``draws`` and ``numbering``; ``personal_names``, ``vocabulary``, ``world`` and
``people`` (what there is); ``seats``, ``teams``, ``references`` and ``plans`` (what happens);
``text``, ``locations`` and the ``*_records`` modules (one pure function a record); ``writer``,
``truth`` and ``dump`` (files).
"""

from __future__ import annotations

from scholargraph.sample.dump import SampleReport, write_dump

__all__ = ["SampleReport", "write_dump"]

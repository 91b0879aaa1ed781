"""arXiv: the Kaggle file, harvested OAI-PMH pages and Atom feeds.

``ingesting`` is the way in. ``reading`` makes records of a file, whatever it is; ``shapes`` says
what a record holds, one module per format fills it. ``records`` and ``bylines`` make rows of them;
which of them are works of OpenAlex is decided in ``ingest.resolve``.
"""

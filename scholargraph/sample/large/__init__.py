"""A model of whole arrays that fills the tables of a store without records in between.

What lives here: a world of the same kind as that of ``write_dump`` (communities, careers, ties that
repeat, names that many share, teams with a heavy tail), drawn by vectors rather than one by one, so
that millions of papers take minutes. Its bylines have the length that the whole of OpenAlex has
with the larger teams of science, its reference lists are those of the thin whole, about ten a
paper. It shares institutions, journals and words with the dump, and not a single paper or person.

From the ground up: ``draws``, ``arrays``, ``frame``; ``people``, ``papers``, ``citations`` (what
there is); ``columns``, ``names``, ``details`` (what is said of it); ``organisation_tables``,
``paper_tables``, ``author_tables``, ``record_tables`` (rows); ``store`` (the order of the work).
"""

"""The Parquet edition of OpenAlex: many records at once, taken apart as columns.

``plan`` says what of a file is read, ``nodes`` takes it apart by the shapes of the records, and one
module per subject applies the rules of its namesake in ``openalex``, which makes the tables. What
has another form than today's release goes record by record, as JSON does.
"""

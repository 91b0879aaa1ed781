"""Many records of OpenAlex at once, taken apart as columns.

They come from a Parquet file (``plan`` says what of it is read, ``parts`` reads it) or from lines
of JSON (``lines``). ``nodes`` takes them apart by the shapes of the records, and one module per
subject applies the rules of its namesake in ``openalex``, which makes the tables. What has another
form than today's release goes record by record, as the rules there say.
"""

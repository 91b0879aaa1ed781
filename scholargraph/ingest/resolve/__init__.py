"""Many records become one row per node: which version counts, and who is only mentioned."""

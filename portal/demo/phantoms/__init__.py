"""Generated pictures: no patient was ever in front of these.

Each phantom is a function of a `Detail` (how many pictures of what size) that yields `PhantomSeries`; `files` writes
them as Part 10 files. The same arguments give the same bytes.
"""

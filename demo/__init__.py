"""The demo company: a deterministic generator of the extract contract's tables.

What belongs here: the behaviour of an invented trading and service company, written as the files
that its systems would deliver. What does not: anything that reads those files back or knows how
the warehouse computes its results.
"""

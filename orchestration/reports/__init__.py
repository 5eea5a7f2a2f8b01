"""Spreadsheets for accountants, made from the published generation and from nothing else.

Here are the customer statement and the sign-off sheet of a month. What they show is computed by
the models; a spreadsheet adds formulas that recompute the sums, so that a reader can check them.
"""

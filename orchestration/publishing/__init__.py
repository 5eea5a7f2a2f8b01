"""Generations of the warehouse: lock, folders, swap, run records.

Nothing here knows what a check means; the gate decides before anything of this is called.
"""

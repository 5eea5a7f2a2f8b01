"""The night as Dagster sees it: assets, checks, jobs, schedules, sensors.

Wiring only. What a step does is in ``ops``, ``landing``, ``checks`` and ``publishing``; nothing
here computes anything that a reader of the warehouse sees.
"""

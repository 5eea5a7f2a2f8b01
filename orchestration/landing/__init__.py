"""From a company's files to typed Parquet and checked assumptions.

Here belongs what decides whether a file can be read. What its figures mean is decided in dbt,
whether they are plausible by the expectations.
"""

"""The nightly run around dbt: landing, checks, publishing and operations."""

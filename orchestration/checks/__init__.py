"""What has to hold before a generation is published, and who says so.

Here belongs the judging of outcomes. The checks themselves live in landing, dbt and the
expectation suites; one check has one home.
"""

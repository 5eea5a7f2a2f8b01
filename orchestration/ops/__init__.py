"""Running the night and telling people about it: settings, steps, summary, explanations.

Here belongs what an operator sees or sets. What a check means is in ``checks``, what becomes of
a generation in ``publishing``.
"""

"""What the generated companies may have beyond what every version of the warehouse can do.

A feature that is not switched on is never generated; the oracle knows all of them.

``service_methods``  the setting service_allocation_method (reciprocal, the default; step_down)
``late``             rows with recorded_at, closed and reopened months
``merges``           merged customers
"""

FEATURES: frozenset[str] = frozenset({"service_methods", "late", "merges"})

KNOWN = frozenset({"service_methods", "late", "merges"})

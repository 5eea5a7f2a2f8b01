"""Apache Spark as the other engine: a cluster on this machine, from the pip package."""

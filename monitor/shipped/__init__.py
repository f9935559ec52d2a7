"""The files that `monitor init` writes: links to config.toml and feeds.yaml at the top of the repository, copies in a wheel."""

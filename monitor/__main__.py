"""`python -m monitor` is the same program as `monitor`."""

from monitor.cli.main import main

main()

"""`python -m openlaas.cli`: the `openlaas` command where its script is not on the PATH."""

from openlaas.cli import main

main()

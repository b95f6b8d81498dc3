"""The same commands without the rest of the package: `python -m quantspot_worker.tiny train`."""

import argparse
import sys

from .cli import add_commands

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m quantspot_worker.tiny")
    add_commands(parser)
    arguments = parser.parse_args()
    sys.exit(arguments.command(arguments))

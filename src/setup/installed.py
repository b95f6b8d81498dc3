"""Exits 0 when every exact pin of the given lock files is installed whole; else names the first that is not.

pip writes a package's RECORD last, so a package that an interrupted install left half has none.
"""

import sys
from importlib.metadata import PackageNotFoundError, distribution

for lock in sys.argv[1:]:
    with open(lock, encoding="utf-8") as lines:
        for pin in (line.split("#")[0].strip() for line in lines):
            if not pin:
                continue
            name, version = pin.split("==")
            try:
                found = distribution(name)
            except PackageNotFoundError:
                sys.exit(f"{name} is missing")
            if found.version.split("+")[0] != version or found.read_text("RECORD") is None:
                sys.exit(f"{name} is {found.version} or only half there")

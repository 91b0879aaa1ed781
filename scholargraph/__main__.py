"""``python -m scholargraph`` is the command line; it lives in ``scholargraph.cli``."""

from scholargraph.cli import main

if __name__ == "__main__":
    main(prog_name="scholargraph")

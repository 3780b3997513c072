"""`python -m shapecheck` is the command `shapecheck`."""

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        # Python looks for modules in the current folder first: a `random.py` there would pass for the standard one.
        sys.path.append(sys.path.pop(0))

    from shapecheck.cli import program

    program()

"""Write the pages that come from code; with `--check`, say which are out of date and change nothing.

python -m docs.generate [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

from docs import coverage_page, operators_page, rules_page, schema_page

HERE = Path(__file__).parent
PAGES = {
    "ops.md": operators_page.page,
    "rules.md": rules_page.page,
    "coverage.md": coverage_page.page,
    "model.schema.json": schema_page.page,
}


def main(arguments: list[str]) -> int:
    """Write or check every page; 1 when a checked page is out of date."""
    stale = []
    for name, page in PAGES.items():
        path = HERE / name
        text = page()
        if "--check" in arguments:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
            print(f"docs/{name}")
    if stale:
        print(f"out of date: {', '.join(stale)}. Run `make generate` and commit the result.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

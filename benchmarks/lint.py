"""Start-up and throughput of the linter beside `python -c pass`, ast.parse, pyrefly and mypy, in CPU time.

Usage: python -m benchmarks.lint [FOLDER]   (FOLDER: code to measure throughput on; default: examples and torch.nn)
"""

from __future__ import annotations

import ast
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.processes import cpu_seconds, interleaved, tool

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Print the start-up table, then the throughput table."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder, "model.py")
        model.write_text(model_file(), encoding="utf-8")
        start_up(model, folder)
        throughput(corpus(), folder)


def model_file() -> str:
    """A file of about 200 lines with several small models, from the examples."""
    lines: list[str] = []
    for path in sorted((ROOT / "examples" / "seeds" / "pytorch_models").glob("*.py")):
        lines += path.read_text(encoding="utf-8").splitlines()
        if len(lines) >= 200:
            break
    return "\n".join(line for line in lines if "__future__" not in line) + "\n"


def start_up(model: Path, folder: str) -> None:
    """What one invocation costs over an empty Python."""
    count = len(model.read_text(encoding="utf-8").splitlines())
    python = sys.executable
    lint = [python, "-m", "shapecheck", "lint", "--isolated"]
    commands: dict[str, list[str]] = {
        "python -c pass": [python, "-c", "pass"],
        "shapecheck --help": [python, "-m", "shapecheck", "--help"],
        "import shapecheck": [python, "-c", "import shapecheck"],
        f"shapecheck lint ({count} lines, cold)": [*lint, "--no-cache", str(model)],
        f"shapecheck lint ({count} lines, warm)": [*lint, str(model)],
    }
    if pyrefly := tool("pyrefly"):
        commands["pyrefly check"] = [pyrefly, "check", str(model)]
    if mypy := tool("mypy"):
        alone = ["--cache-dir", os.devnull, "--ignore-missing-imports", "--follow-imports=skip"]
        commands["mypy (cold)"] = [mypy, *alone, str(model)]
    times = interleaved(commands, rounds=7, cwd=folder)
    base = times["python -c pass"]
    print(f"\n{'start-up':44}{'CPU ms':>9}{'over pass':>11}")
    for name, seconds in times.items():
        print(f"{name:44}{seconds * 1000:9.0f}{(seconds - base) * 1000:+11.0f}")
    for name in ("pyrefly", "mypy"):
        if tool(name) is None:
            print(f"{name:44}  not installed")


def corpus() -> list[Path]:
    """The folder named on the command line, else the examples and the sources of torch.nn."""
    if len(sys.argv) > 1:
        return [Path(sys.argv[1])]
    found = [ROOT / "examples" / "seeds"]
    for entry in sys.path:
        if (nn := Path(entry, "torch", "nn")).is_dir():
            found.append(nn)
            break
    return found


def throughput(folders: list[Path], cache_home: str) -> None:
    """Lines per CPU second over whole folders, beside ast.parse alone on the same files."""
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in files]
    lines = sum(text.count("\n") for text in texts)
    started = time.process_time()
    for text in texts:
        ast.parse(text)
    parse = time.process_time() - started
    lint = [sys.executable, "-m", "shapecheck", "lint", "--isolated", "-j", "1", *map(str, folders)]
    cold = cpu_seconds([*lint, "--no-cache"], cwd=cache_home)
    cpu_seconds(lint, cwd=cache_home)
    warm = cpu_seconds(lint, cwd=cache_home)
    print(f"\n{'throughput':44}{'CPU s':>9}{'lines/s':>11}{'x ast.parse':>13}")
    for name, seconds in (
        ("ast.parse alone", parse),
        ("shapecheck lint, cold", cold),
        ("shapecheck lint, warm", warm),
    ):
        print(f"{name:44}{seconds:9.2f}{lines / seconds:11,.0f}{seconds / parse:13.1f}")
    print(f"{lines:,} lines in {len(files)} files: {', '.join(folder.name for folder in folders)}")


if __name__ == "__main__":
    main()

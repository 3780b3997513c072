"""The arguments of every command."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import TYPE_CHECKING, NoReturn

import shapecheck

if TYPE_CHECKING:
    from argparse import Namespace

FORMATS = ("full", "concise", "json", "github", "sarif")


class _Parser(ArgumentParser):
    """Says usage errors in one sentence."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def parse(arguments: list[str]) -> Namespace:
    """The parsed arguments; `command` says which command. Exits with 2 on a usage error."""
    parser = _Parser(
        prog="shapecheck",
        description="Finds tensor shape bugs in PyTorch and Keras source, without running or importing it.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"shapecheck {shapecheck.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _lint(commands.add_parser("lint", help="check files and folders", allow_abbrev=False))
    _shapes(commands.add_parser("shapes", help="the inferred contract and a layer table", allow_abbrev=False))
    _explain(
        commands.add_parser("explain", help="what a rule means, or the list of rules", allow_abbrev=False)
    )
    _verify(
        commands.add_parser("verify", help="one model on every backend: do they agree?", allow_abbrev=False)
    )
    _compare(
        commands.add_parser("compare", help="two models of your own: do they agree?", allow_abbrev=False)
    )
    return parser.parse_args(arguments)


def _lint(parser: ArgumentParser) -> None:
    parser.description = (
        "Check .py and .ipynb files for tensor shapes that cannot work. Never imports or runs them."
    )
    add = parser.add_argument
    add(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files and folders (default: this folder); - reads standard input",
    )
    add("--output-format", choices=FORMATS, default="full", help="how findings are written (default: full)")
    add(
        "--select",
        action="append",
        metavar="CODES",
        help="only these codes, beginnings of codes or rule names",
    )
    add("--ignore", action="append", metavar="CODES", help="not these")
    add("--fix", action="store_true", help="apply fixes that cannot change what correct code does")
    add("--unsafe-fixes", action="store_true", help="with --fix or --diff: also those that may")
    add("--diff", action="store_true", help="show what the fixes would change, and change nothing")
    add(
        "--stats", action="store_true", help="also say how much was read and understood, and how long it took"
    )
    add("-j", "--jobs", type=_jobs, metavar="N", help="processes (default: as many as the work is worth)")
    add("--no-cache", action="store_true", help="neither read nor write .shapecheck_cache")
    add("--stdin-filename", metavar="PATH", help="what the file on standard input is called")
    add("--config", metavar="FILE", help="settings from this pyproject.toml or shapecheck.toml")
    add("--isolated", action="store_true", help="no settings from any file")


def _jobs(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError(text)
    return count


_jobs.__name__ = "number of processes"  # argparse names the type in its message


def _shapes(parser: ArgumentParser) -> None:
    parser.description = (
        "Print the inferred contract and a layer table of the models in a file, without running it."
    )
    parser.add_argument("target", metavar="FILE[:CLASS]", help="a Python file, and one class of it")
    parser.add_argument(
        "--input", action="append", metavar="SHAPE", default=[], help='shape of an input, such as "n 3 28 28"'
    )


def _explain(parser: ArgumentParser) -> None:
    parser.description = (
        "Print what a rule means, with a wrong and a right example; without CODE, list the rules."
    )
    parser.add_argument("code", nargs="?", metavar="CODE", help="a code (SHP101) or a rule's name")


def _verify(parser: ArgumentParser) -> None:
    parser.description = (
        "Build a shapecheck.Model on every backend with the same weights, and compare shapes and values node by "
        "node with the float64 reference. This imports and runs FILE. Exit status: 0 they agree, 1 they do not, "
        "2 it could not be tried."
    )
    add = parser.add_argument
    add("target", metavar="FILE:NAME", help="a Python file, and the Model in it or a function that gives one")
    add(
        "--backends",
        type=_names,
        metavar="NAMES",
        help="backends to compare, with commas: torch,keras,numpy (default: those that are installed)",
    )
    add("--device", default="cpu", help="where they run, as the framework names it (default: cpu)")
    add("--dims", type=_sizes, metavar="SIZES", default={}, help="sizes of symbols: n=2,t=5")
    add("--gradients", action="store_true", help="compare the gradients of the outputs, too")
    add(
        "--seeds",
        type=_seeds,
        metavar="N",
        default=2,
        help="how many draws of weights and inputs (default: 2)",
    )
    add("--no-edges", action="store_true", help="leave out the smallest sizes that the model admits")
    add("--dtype", default="float32", help="float32 (default), float64, bfloat16 or float16")
    add("--layout", choices=("channels_first", "channels_last"), help="where the backends keep channels")
    add("--output-format", choices=("text", "json"), default="text", help="how the report is written")


def _compare(parser: ArgumentParser) -> None:
    parser.description = (
        "Run two models, of PyTorch, Keras or shapecheck, on the same inputs at several sizes, pair their layers, and "
        "say whether they agree or where they part first. This imports and runs the files. Nothing is unpickled. Exit "
        "status: 0 they agree, 1 they do not, 2 they could not be compared."
    )
    add = parser.add_argument
    what = "FILE:NAME, a model or a function without arguments that makes one; or a FILE.keras"
    add("left", metavar="LEFT", help=what)
    add("right", metavar="RIGHT", help="the same")
    add(
        "--input",
        action="append",
        metavar="SHAPE",
        default=[],
        help='shape of an input, channels first, such as "n t 3 64 64"; once for each input',
    )
    add("--dims", type=_sizes, metavar="SIZES", default={}, help="sizes of symbols: n=2,t=5")
    add("--transfer", action="store_true", help="copy the weights of LEFT into RIGHT first, layer by layer")
    add(
        "--left-weights",
        metavar="FILE",
        help="weights for LEFT: .safetensors, .pt with tensors only, .weights.h5",
    )
    add("--right-weights", metavar="FILE", help="weights for RIGHT")
    add("--sizes", type=_sizes_count, metavar="N", default=3, help="how many sizes are tried (default: 3)")
    add("--seed", type=int, metavar="N", default=0, help="of the numbers that go in (default: 0)")
    add("--output-format", choices=("text", "json"), default="text", help="how the report is written")


def _sizes_count(text: str) -> int:
    return _jobs(text)


_sizes_count.__name__ = "number of sizes"


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _sizes(text: str) -> dict[str, int]:
    pairs = (part.partition("=") for part in text.split(",") if part)
    return {name.strip(): int(size) for name, _, size in pairs}


def _seeds(text: str) -> int:
    return _jobs(text)


_sizes.__name__ = "list of sizes, as in n=2,t=5"
_seeds.__name__ = "number of seeds"

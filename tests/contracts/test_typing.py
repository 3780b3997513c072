"""Type checkers see the decorated thing as it was written."""

import subprocess
import sys

import pytest

pytest.importorskip("mypy")

PROGRAM = """
from shapecheck.contracts import contract, check

@contract("n -> n")
def plain(x: list[int], /, *, key: str = "") -> float: ...

@contract(x="n")
class Record:
    def __init__(self, x: int) -> None: ...

class Net:
    @contract("n {width} -> n")
    def forward(self, x: int) -> str: ...

    @property
    @contract("-> n")
    def bias(self) -> bytes: ...

@contract.dims("c")
class Shared:
    @contract("c")
    async def run(self, x: int) -> None: ...

@contract
def bare(x: int) -> str: ...

reveal_type(plain)
reveal_type(Record(1))
reveal_type(Net().forward)
reveal_type(Net().bias)
reveal_type(Shared().run)
reveal_type(bare)
reveal_type(check(1, "n"))
plain(3)
"""


def test_types_are_kept(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(path)]
    out = subprocess.run(command, text=True, capture_output=True, check=False).stdout
    revealed = [line.partition('"')[2].rpartition('"')[0] for line in out.splitlines() if "Revealed" in line]
    assert revealed == [
        "def (list[int], *, key: str =) -> float",
        "program.Record",
        "def (x: int) -> str",
        "bytes",
        "def (x: int) -> typing.Coroutine[Any, Any, None]",
        "def (x: int) -> str",
        "dict[str, Any]",
    ]
    assert 'Argument 1 to "plain" has incompatible type "int"' in out

"""Files that only a newer Python can read are said to be that, and broken ones are not."""

from __future__ import annotations

import ast
import sys

import pytest

from shapecheck.lint.checking import Unparsable, parse
from shapecheck.lint.newer_syntax import is_newer

NEWER = [
    'x = f"{d["a"]}"\n',
    'x = f"a {d["b c"]:>{w}} t" "b" f"{y}"\n',
    "x = f\"{'\\n'.join(a)}\"\n",
    'x = f"{f"{1}"}"\n',
    'x = f"{\n    a  # why\n}"\n',
    'x = f"{\'\'.join([x for x in "ab"])!r:>3}"\n',
    'x = f"{d["a"] != 1} {d["b"]=} {{}}"\n',
    "type X = int\n",
    "type Pair[T: (int, str)] = tuple[T, T]\n",
    "def f[T](x: T) -> T:\n    return x\n",
    "class A[T, *Ts, **P](B):\n    async def f[S: int](self): pass\n",
    'class A[T]:\n    """def f[T](x): type X = 1"""\n',
]
BROKEN = [
    'x = f"{x!r"\n',
    'x = f"{d["a"} b"\n',
    'print(f"{a["b"]}", 1\n',
    'x = f"{}" + f"{d["a"]}"\n',
    'x = f"{a b}" + f"{d["a"]}"\n',
    'x = f"{a = b}" + f"{d["a"]}"\n',
    "x = f\"{d['a']\n",
    'x = f"{d["a"]}" "\n',
    "type X = \n",
    "type X + int\n",
    "def f[T = int](x): pass\n",
    "def f[](x): pass\n",
    "def f[T](x) pass\n",
    "layer = nn.Linear(16, 8\n",
    "print 'a'\n",
    "x = (\n",
    "x = f'{" * 3000,
    "x = " + "(" * 10_000,
]
older = pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads them")


@older
@pytest.mark.parametrize("text", NEWER)
def test_a_file_of_a_newer_python_says_so(text: str) -> None:
    with pytest.raises(Unparsable) as raised:
        parse("a.py", text)
    assert raised.value.finding.help == (
        "valid from Python 3.12 on; shapecheck reads with the Python that runs it "
        f"({sys.version_info.major}.{sys.version_info.minor})",
    )


@pytest.mark.skipif(sys.version_info < (3, 12), reason="this Python cannot read them")
def test_a_newer_python_reads_them() -> None:
    for text in NEWER:
        ast.parse(text)


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_gets_no_such_help(text: str) -> None:
    assert not is_newer(text)

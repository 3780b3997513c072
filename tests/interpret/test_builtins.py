"""Builtins and the standard library: each known answer of the interpreter is the one that Python gives.

Programs bind names; Python runs them, the interpreter runs them, and what the interpreter knows must agree.
A case in `KNOWN` must be known; one in `OPEN` must not be guessed.
"""

from __future__ import annotations

import ast
from typing import Any

import pytest

from shapecheck.algebra import symbol
from shapecheck.dialects.base import UNKNOWN
from shapecheck.interpret import Project, Source
from shapecheck.interpret.frames import Frame
from shapecheck.interpret.interpreter import Interpreter
from shapecheck.interpret.values import Int, Literal, Mapping, Module, Sequence, Value


def interpreted(program: str, **given: Value) -> tuple[Interpreter, dict[str, Value]]:
    """The names of a module after the interpreter ran it."""
    source = Source("case.py", program, ast.parse(program))
    interpreter = Interpreter(source, Project())
    module = Module("__main__", source, dict(given))
    interpreter.execute(source.tree.body, Frame(module, source, module.members))
    return interpreter, module.members


def plain(interpreter: Interpreter, value: Value) -> Any:
    """The value as Python has it; UNKNOWN where any part is not known."""
    value = interpreter.resolve(value)
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, Int):
        return value.size
    if isinstance(value, Sequence) and value.items is not None:
        items = [plain(interpreter, item) for item in value.items[value.position :]]
        if any(item is UNKNOWN for item in items):
            return UNKNOWN
        return {"list": list, "set": set}.get(value.kind, tuple)(items)
    if isinstance(value, Mapping) and value.entries is not None:
        entries = {key: plain(interpreter, entry) for key, entry in value.entries.items()}
        return UNKNOWN if any(entry is UNKNOWN for entry in entries.values()) else entries
    return UNKNOWN


def really(program: str) -> Any:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(program, names)
    found = names["x"]
    return tuple(found) if hasattr(found, "__next__") else found


SETUP = """
import collections, copy, dataclasses, functools, itertools, math, operator, types
from collections import OrderedDict, defaultdict, namedtuple, deque, Counter
import numpy as np
import argparse
class Base: pass
class Child(Base):
    size = 4
    def method(self): return 1
@dataclasses.dataclass
class Config:
    width: int = 3
    sizes: list = dataclasses.field(default_factory=lambda: [1, 2])
    depth: int = dataclasses.field(default=7)
Point = namedtuple("Point", "a b")
letters = list("abc")
child = Child()
config = Config(width=9)
"""

KNOWN = """
int(7.9)
int(-7.9)
int("12")
int("ff", 16)
int(True)
float(3)
float("2.5")
bool([])
bool(3)
abs(-4)
abs(-2.5)
min(3, 1, 2)
max([3, 1, 2])
max((1, 2.5))
min("ab", "aa")
max([], default=5)
max([1, -3], key=abs)
sum([1, 2, 3])
sum((1.5, 2))
sum([[1], [2, 3]], [])
round(2.5)
round(3.5)
round(2.567, 2)
pow(2, 10)
pow(7, 3, 5)
divmod(17, 5)
divmod(-17, 5)
len("hello")
len([1, 2])
len({"a": 1})
len(range(3, 20, 4))
list(range(5))
list(range(10, 0, -3))
range(5)[2]
list(zip([1, 2, 3], "ab"))
list(enumerate("ab", 1))
list(map(lambda a, b: a + b, [1, 2], [3, 4]))
list(filter(None, [0, 1, 2]))
list(filter(lambda v: v > 1, [0, 1, 2]))
sorted([3, 1, 2])
sorted(["b", "a"], reverse=True)
sorted([(1, "b"), (1, "a")])
sorted([3, -4, 1], key=abs)
list(reversed([1, 2, 3]))
any([0, 1])
all([1, 0])
any(v > 2 for v in [1, 2])
tuple([1, 2])
list("abc")
set([1, 1, 2])
frozenset([3, 3])
dict(a=1)
dict([("a", 1), ("b", 2)], c=3)
dict({"a": 1}, a=2)
dict(zip("ab", [1, 2]))
dict.fromkeys("ab", 0)
next(iter([7, 8]))
next(iter([]), 5)
isinstance(3, int)
isinstance(True, int)
isinstance(3, bool)
isinstance(3.0, (int, float))
isinstance("a", str)
isinstance([1], (list, tuple))
isinstance((1,), list)
isinstance(None, int)
isinstance({}, dict)
isinstance(3, collections.abc.Iterable)
isinstance([3], collections.abc.Iterable)
isinstance({}, collections.abc.Mapping)
isinstance(child, Base)
isinstance(child, int)
isinstance(Child, type)
issubclass(Child, Base)
type(child) is Child
type(3) is int
type("a") == str
type([]) is dict
callable(len) if False else callable(Child)
callable(3)
getattr(child, "size")
getattr(child, "nothing", 8)
getattr(child, "method", None) is None
hasattr(child, "size")
hasattr(child, "nothing")
hasattr([], "append")
hasattr(3, "shape")
str(12)
str(None)
repr("a")
"a,b".split(",")
"-".join(["a", "b"])
"{}x{}".format(3, 4)
"AbC".lower()
"model.weight".replace("weight", "bias")
"conv1".startswith(("conv", "fc"))
"abc".upper().endswith("C")
"x".join("abc")
"a b  c".split()
" pad ".strip()
"7".zfill(3)
ord("a")
chr(98)
(4.0).is_integer()
[1, 2, 3].index(2)
[1, 2, 1].count(1)
[1, 2].copy()
{"a": 1}.get("a")
{"a": 1}.get("b", 4)
{"a": 1}.get("b")
list({"a": 1, "b": 2}.items())
list({"a": 1}.keys())
sum({"a": 1, "b": 2}.values())
{"a": 1, **{"b": 2}}
{1, 2}.union([3])
{1, 2} .difference({2})
math.ceil(7 / 2)
math.floor(-7 / 2)
math.sqrt(16)
math.log2(8)
math.prod([2, 3, 4])
math.prod((2, 3), start=5)
math.gcd(12, 18)
math.isqrt(17)
math.pi
math.pow(2, 3)
math.exp(0)
math.factorial(5)
math.log(8, 2)
-(-7 // 2)
int(math.ceil(10 / 3))
functools.reduce(operator.mul, [2, 3, 4])
functools.reduce(lambda a, b: a + b, [1, 2], 10)
functools.partial(pow, 2)(5)
functools.partial(int, base=2)("101")
operator.add(2, 3)
operator.itemgetter(1)([4, 5])
operator.itemgetter(0, 2)("abc")
operator.attrgetter("size")(child)
sorted({"a": 2, "b": 1}.items(), key=operator.itemgetter(1))
list(itertools.chain([1], (2, 3)))
list(itertools.chain.from_iterable([[1], [2]]))
list(itertools.product([1, 2], "ab"))
list(itertools.product([0, 1], repeat=2))
list(itertools.pairwise([1, 2, 3]))
list(itertools.accumulate([1, 2, 3]))
list(itertools.accumulate([1, 2, 3], operator.mul))
list(itertools.islice([1, 2, 3, 4], 1, 3))
list(itertools.combinations([1, 2, 3], 2))
list(itertools.repeat(4, 2))
list(itertools.zip_longest([1, 2], [3]))
list(itertools.starmap(pow, [(2, 3), (3, 2)]))
OrderedDict([("a", 1)])["a"]
Counter("aab")["a"]
Counter("aab")["z"]
list(deque([1, 2]))
Point(1, 2).b
Point(1, b=2)[0]
len(Point(1, 2))
Point(1, 2)._replace(a=5).a
sum(Point(1, 2))
config.width
config.sizes
Config().depth
dataclasses.asdict(config)
dataclasses.replace(config, depth=1).depth
dataclasses.replace(config, depth=1).width
copy.deepcopy([[1], 2])
types.SimpleNamespace(a=3).a
getattr(types.SimpleNamespace(a=3), "a", 1)
vars(types.SimpleNamespace(a=3))["a"]
int(np.prod((2, 3)))
int(np.ceil(7 / 2))
int(np.floor(7 / 2))
int(np.log2(16))
np.sqrt(16.0)
np.pi
slice(1, 3) is None
[1, 2, 3, 4][slice(1, 3)]
"""


@pytest.mark.parametrize("expression", KNOWN.strip().splitlines())
def test_what_is_known_is_what_python_gives(expression: str) -> None:
    program = f"{SETUP}x = {expression}\n"
    interpreter, names = interpreted(program)
    known = plain(interpreter, names["x"])
    assert known is not UNKNOWN, expression
    expected = really(program)
    assert known == expected
    assert type(known) is type(expected) or isinstance(expected, dict | frozenset | float)


PROGRAMS = {
    "list methods": """
x = [1, 2]
x.append(3); x.extend([4, 5]); x.insert(0, 0); x.remove(2); x.reverse()
y = x.pop(); z = x.pop(0)
x = (x, y, z)
""",
    "list sort": "x = [3, 1, 2]\nx.sort(key=lambda v: -v)\n",
    "two names of one list": "y = x = []\ny.append(1)\ny += [2]\n",
    "copies": """
import copy
a = [[1], {"k": [2]}]
b, c, d = copy.copy(a), copy.deepcopy(a), a.copy()
a[0].append(5); a[1]["k"].append(6); a.append(7)
x = (a, b, c, d)
""",
    "shared parts of a deep copy": """
import copy
part = [1]
both = copy.deepcopy([part, part])
both[0].append(2)
x = (both, part)
""",
    "dict methods": """
d = {"a": 1}
d.update({"b": 2}, c=3); d.setdefault("e", []).append(4); y = d.pop("a"); z = d.pop("q", 9)
x = (d, y, z, "b" in d)
""",
    "defaultdict": """
from collections import defaultdict
d = defaultdict(list)
d["a"].append(1); d["a"].append(2)
x = d["a"]
""",
    "set methods": "s = {1}\ns.add(2); s.add(2); s.discard(1)\nx = (len(s), 2 in s)\n",
    "iterators run out": """
it = iter([1, 2, 3])
a = next(it)
x = (a, list(it), list(it))
""",
    "deque": """
from collections import deque
q = deque([1, 2]); q.appendleft(0); q.append(3); y = q.popleft(); q.rotate(1)
x = (list(q), y)
""",
    "wraps": """
import functools
def twice(f):
    @functools.wraps(f)
    def inner(*a, **k):
        return 2 * f(*a, **k)
    return inner
@twice
def g(v): return v + 1
@functools.lru_cache(maxsize=None)
def h(v): return v * 3
x = (g(4), h(5))
""",
    "setattr and delattr": """
class A: pass
a = A()
setattr(a, "w", 3); a.v = 4
delattr(a, "v")
x = (a.w, hasattr(a, "v"), getattr(a, "v", None))
""",
    "argparse defaults": """
import argparse
parser = argparse.ArgumentParser("net")
parser.add_argument("--width", "-w", type=int, default=32)
parser.add_argument("--lr-rate", default="0.5", type=float)
parser.add_argument("--flag", action="store_true")
parser.add_argument("--no-x", dest="keep", action="store_false")
group = parser.add_argument_group("more")
group.add_argument("--depth", default=2)
args = parser.parse_args([])
x = (args.width, args.lr_rate, args.flag, args.keep, args.depth, vars(args)["width"])
""",
    "named tuple class": """
from typing import NamedTuple
class P(NamedTuple):
    a: int
    b: int = 5
a, b = P(1)
x = (a, b, P(2, 3).b)
""",
    "post init": """
from dataclasses import dataclass, field
@dataclass
class C:
    a: int
    b: int = 2
    c: int = field(init=False, default=0)
    def __post_init__(self):
        self.c = self.a * self.b
x = C(3).c
""",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_programs_end_as_in_python(program: str) -> None:
    interpreter, names = interpreted(program)
    assert plain(interpreter, names["x"]) == really(program)


OPEN = """
int("many")
int(float("nan"))
pow(10, 10 ** 6)
10 ** 10 ** 10
pow(2, 3.5j)
len(open("file"))
input()
max(input(), 3)
sorted([object(), object()])[0]
list(itertools.count())
list(range(10 ** 12))
[1, 2][7]
[].pop()
{}["a"]
"a".index("b")
"x" * 10 ** 12
math.sqrt(-1)
math.exp(10 ** 6)
math.factorial(10 ** 9)
hash("a")
id(child)
globals()["late"]
eval("3")
isinstance(input(), str)
itertools.cycle([1])
getattr(child, input())
int(input())
argparse.ArgumentParser().parse_args().missing
np.int64
"""


@pytest.mark.parametrize("expression", OPEN.strip().splitlines())
def test_what_is_not_certain_stays_unknown(expression: str) -> None:
    interpreter, names = interpreted(f"{SETUP}x = {expression}\n")
    assert plain(interpreter, names["x"]) is UNKNOWN


def test_an_argument_that_must_be_given_has_no_default() -> None:
    program = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("path")
parser.add_argument("--size", type=int, required=True)
args = parser.parse_args()
x = (args.path, args.size)
"""
    interpreter, names = interpreted(program)
    value = names["x"]
    assert isinstance(value, Sequence)
    assert [plain(interpreter, item) for item in value.items or ()] == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize("change", ["append(*unknown)", "extend(unknown)", "pop(unknown)", "remove(unknown)"])
def test_a_change_that_is_not_understood_forgets_the_list(change: str) -> None:
    interpreter, names = interpreted(f"unknown = input()\nx = [1, 2]\nx.{change}\n")
    assert plain(interpreter, names["x"]) is UNKNOWN


SYMBOLIC = {
    "int(h / 2)": lambda h: h // 2,
    "math.floor(h / 2)": lambda h: h // 2,
    "math.ceil(h / 3)": lambda h: -(-h // 3),
    "int(np.ceil(h / 2))": lambda h: -(-h // 2),
    "int(h * 0.5)": lambda h: int(h * 0.5),
    "int(h * 4.0)": lambda h: int(h * 4.0),
    "int(h / 2 + 1)": lambda h: int(h / 2 + 1),
    "int(2 * (h / 4))": lambda h: int(2 * (h / 4)),
    "round(4 * h / 2)": lambda h: round(4 * h / 2),
    "-(-h // 4)": lambda h: -(-h // 4),
    "max(h, 1)": lambda h: max(h, 1),
    "min(h, 8)": lambda h: min(h, 8),
    "sum([h, 2, h])": lambda h: h + 2 + h,
    "math.prod([h, 2, 3])": lambda h: h * 6,
    "divmod(h, 3)[1]": lambda h: h % 3,
    "pow(h, 2)": lambda h: h * h,
    "abs(h)": lambda h: h,
    "int(np.prod([h, 4]))": lambda h: 4 * h,
    "int(math.pow(h, 2))": lambda h: h * h,
}


@pytest.mark.parametrize("expression", SYMBOLIC)
def test_arithmetic_on_symbolic_sizes_counts_as_python_does(expression: str) -> None:
    from shapecheck.algebra import evaluate

    program = f"import math\nimport numpy as np\nx = {expression}\n"
    _, names = interpreted(program, h=Int(symbol("h")))
    found = names["x"]
    assert isinstance(found, Int)
    for number in range(1, 40):
        assert evaluate(found.size, {"h": number}) == SYMBOLIC[expression](number)


INEXACT = ("int(h * 0.1)", "int((h - 9) / 2)", "round(h / 2)", "int(h / k)", "h ** 0.5")


@pytest.mark.parametrize("expression", INEXACT)
def test_inexact_arithmetic_on_symbolic_sizes_is_unknown(expression: str) -> None:
    given = {"h": Int(symbol("h")), "k": Int(symbol("k", low=0))}
    interpreter, names = interpreted(f"x = {expression}\n", **given)
    assert plain(interpreter, names["x"]) is UNKNOWN

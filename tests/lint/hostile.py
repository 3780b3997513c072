# ruff: noqa: E501  # programs as texts
"""Programs that would take for ever, or all memory, if somebody carried out what they say; each holds one planted bug.

`PROGRAMS` gives for each its text. Every text is preceded by `import torch` and followed by `PLANTED`.
"""

from __future__ import annotations

PLANTED = "\ntorch.nn.Linear(3, 4)(torch.zeros(2, 5))\n"


def nested(times: int, opened: str, closed: str = "", inside: str = "1") -> str:
    return opened * times + inside + closed * times


GROWING = {
    "a text is doubled": "s = 'ab'\nfor i in range(200):\n    s = s + s\n",
    "a text is doubled line by line": "s = 'ab'\n" + "s = s + s\n" * 200,
    "a text is multiplied": "s = 'ab'\n" + "s = s * 2\n" * 200,
    "bytes are doubled": "s = b'ab'\n" + "s += s\n" * 200,
    "a text is a huge multiple": "s = 'a' * 10**12\nt = 10**12 * b'a'\n",
    "a list is multiplied": "l = [1]\n" + "l = l * 2\n" * 200,
    "a list is added to itself": "l = [1]\n" + "l += l\n" * 200,
    "a list is extended by itself": "l = [1]\n" + "l.extend(l)\n" * 200,
    "a list is a huge multiple": "l = [0] * 10**10\nm = [[0] * 10**4] * 10**4\nn = [0] * 10000\n"
    "o = [n * 10000 for i in range(10000)]\n",
    "a reduction doubles": "from functools import reduce\nx = reduce(lambda a, b: a + a, range(1000), 'a')\n"
    "y = reduce(lambda a, b: a * a, range(1000), 2)\nz = reduce(lambda a, b: [a, a], range(1000), 1)\n"
    "torch.zeros(z)\n",
    "texts are joined and filled in": "s = 'a'\n" + "s = s.join([s, s, s])\n" * 99 + "t = 'a'\n"
    "" + "t = f'{t}{t}'\n" * 99 + "u = 'a'\n" + "u = '{0}{0}{0}'.format(u)\n" * 99,
    "texts are replaced": "s = 'a' * 9999\n" + "s = s.replace('a', 'aaaaaaaaaa' * 999)\n" * 5,
    "fields are wide": "x = f'{1:>999999999}'\ny = '%999999999d' % 1\nz = '1'.zfill(10**9)\nw = 'a'.center(10**9)\n"
    "v = ('x' * 9999).join(['y'] * 9999)\nu = '{:>999999999}'.format(1)\nt = format(1, '>999999999')\n"
    "s = f'{1:>{10**9}}'\nr = '{0:{1}}'.format(1, 10**9)\nq = f'{1.5:.999999999f}'\np = '%*d' % (10**9, 1)\n"
    "n = 'a'.ljust(10**9)\nm = 'a\\t'.expandtabs(10**9)\nl = '{0}' * 30000\nk = l.format('a' * 9999)\n",
    "many long lists": "d = {}\nfor i in range(256):\n    for j in range(250):\n        d[i, j] = list(range(9999))\n",
    "many long texts": "d = {}\nfor i in range(256):\n    for j in range(250):\n        d[i, j] = 'a' * 9000 + str(j)\n",
}
NESTED = {
    "a list holds itself twice": "l = [1]\n" + "l = [l, l]\n" * 200 + "x = torch.tensor(l)\n"
    "print(str(l), l == l, len(l), sorted(l), max(l), {tuple(l): 1})\nd = {}\nd[tuple(l)] = 1\n",
    "a tuple holds itself twice": "l = (1,)\n" + "l = (l, l)\n" * 200 + "x = torch.tensor(l)\n"
    "print(str(l), l == l, l < l, sorted(l), {l: 1}, {l}, hash(l), sum(l, ()), '{}'.format(l))\ny = torch.zeros(l)\n",
    "a dict holds itself twice": "import copy\nd = {'a': 1}\n"
    + "d = {'a': d, 'b': d}\n" * 200
    + "print(d == d, {**d})\ne = copy.deepcopy(d)\nprint(d == e)\n",
    "copies of nested lists": "import copy\nl = [1]\n"
    + "l = [l, l]\n" * 200
    + "m = copy.deepcopy(l)\nprint(l == m)\n",
    "a list in itself": "import copy\nl = []\nl.append(l)\nm = copy.deepcopy(l)\nprint(l == m, str(l), sum(l, []))\n"
    "x = torch.zeros(l)\ny = torch.tensor(l)\nd = {}\nd['a'] = d\ne = copy.deepcopy(d)\nprint(d == e, {**d}, d | d)\n"
    "torch.nn.Linear(3, 3)(**d)\n",
    "wide and deep": "l = [0] * 100\n"
    + "l = [l] * 100\n" * 4
    + "torch.tensor(l)\nclass M(torch.nn.Module):\n"
    "    def __init__(self, l):\n        super().__init__()\n        self.l = l\n    def forward(self, x, y=None):\n"
    "        return x\nM(l)(torch.zeros(2, 3), l)\nM(l)(torch.zeros(2, 3), l)\nfor i in range(10):\n    b = [l, l]\n",
    "tensors in nested lists": "x = torch.zeros(2, 3)\nl = [x, x]\n"
    + "l = [l, l]\n" * 60
    + "torch.cat(l)\ntorch.stack(l)\nreveal_type(l)\nimport numpy as np\nnp.array(l)\n",
    "objects in themselves": "import copy\nclass A: pass\na = A()\na.a = a\nb = copy.deepcopy(a)\nm = torch.nn.Module()\n"
    "m.m = m\nlist(m.modules())\nm(torch.zeros(2))\ncopy.deepcopy(m)\ns = torch.nn.Sequential(torch.nn.Linear(3, 3))\n"
    "s.append(s)\nl = torch.nn.ModuleList([s])\nl.append(l)\nlist(l.modules())\nA.a = A\nA.__init__ = A\nA()\n",
    "numpy of nested lists": "import numpy as np\nx = np.zeros(10**12)\ny = np.arange(10**12).reshape(-1, 10)\n"
    "z = np.array([[0] * 10000] * 10000)\nw = np.prod(range(1, 1000))\nv = np.array(range(10**9))\n",
}
NUMBERS = {
    "ranges": "for i in range(10**12):\n    pass\nl = list(range(10**12))\nx = sum(range(10**12))\n"
    "y = [i for i in range(10**12)]\nz = range(10**30)\nlen(z)\nz[5]\n",
    "powers": "x = 10 ** 10 ** 10\ny = 1 << 10**9\nz = 2 ** 4000\nfor i in range(200):\n    z = z * z\nz = pow(10, 10**10)\n"
    "w = 2.0 ** 5000\nv = (-8) ** 0.5\nu = -1 << 10**9\nt = pow(3, 10**9, 10**5000)\n",
    "a long literal": "x = 0x"
    + "f" * 5000
    + "\nprint(str(x), f'{x}', '%d' % x, repr(x))\ny = torch.zeros(x)\n"
    "torch.zeros(2, 3).view(x, -1)\ntorch.zeros(2, x).flatten()\n",
    "sums": "x = 2**4000\n" + "x = x + x\n" * 2000 + "print(str(x))\n",
    "infinity": "import math\nx = 1e308 * 10\ny = int(1e308)\nz = int(x)\nw = round(x)\nmath.ceil(x)\n"
    "math.factorial(10**9)\nmath.comb(10**9, 5 * 10**8)\nmath.perm(10**6, 10**5)\nmath.prod(range(1, 100000))\n"
    "math.isqrt(10**5000)\nmath.exp(10**5)\nx % 0\nx // 0\n0.0 / 0\n",
    "texts of numbers": "b = bytes(10**10)\nc = bytearray(10**10)\nd = int('9' * 5000)\ne = int('f' * 5000, 16)\n"
    "f = float('9' * 5000)\ng = str(10**4200)\nh = complex('1' * 5000)\ni = bin(1 << 4000)\n",
    "outer products": "x = torch.zeros(7)\n"
    + "x = torch.outer(x, x).flatten()\n" * 100
    + "def f(y):\n    y = y.flatten()\n"
    + "    y = torch.outer(y, y).flatten()\n" * 100
    + "    return y.view(-1, 3)\n",
    "symbolic quotients": "class M(torch.nn.Module):\n    def forward(self, x):\n        n, c, h, w = x.shape\n        v = n * c\n"
    + "        v = (v * v + h * w) // (c + 3)\n" * 40
    + "        return x.view(v, -1)\n",
    "symbolic products": "class M(torch.nn.Module):\n    def forward(self, x):\n        n, c, h, w = x.shape\n        v = n + c\n"
    + "        v = (v + h) * (v + w)\n" * 40
    + "        v = (v ** 8) ** 8\n        return x.view(v, -1)\n",
    "origins": "v = 3\n" + "v = v * v // v\n" * 300 + "torch.zeros(2, 9).view(v * v, -1)\n"
    "a, b, c = torch.zeros(2, 3, 4).shape\nk = 1\n"
    + "k = k * k\n" * 99
    + "a = a * k\n" * 99
    + "torch.zeros(2, 3, 4).view(a, c, b)\n",
    "a long sum": "v = 0\n"
    + "v = v + 1\n" * 4000
    + "v = v - 3997\ntorch.nn.Linear(v, 4)(torch.zeros(2, 3))\n",
    "huge layers": "x = torch.nn.Conv2d(10**30, 10**30, 10**30)(torch.zeros(1, 10**30, 10**31, 10**31))\n",
    "many axes": "x = torch.zeros(" + "1, " * 500 + ")\nx.permute(*reversed(range(500)))\nx.sum(dim=3)\n"
    "y = x[..., "
    + "None, " * 500
    + "]\ntorch.einsum('"
    + "a" * 900
    + "->a', torch.zeros("
    + "2, " * 900
    + "))\n",
}
ENDLESS = {
    "while True": "x = 0\nwhile True:\n    x += 1\n    if x > 10**9:\n        break\n",
    "a while that grows": "def f():\n    x = torch.zeros(2)\n    while True:\n        x = torch.cat([x, x])\nf()\n"
    "l = [1]\nwhile l:\n    l.append(1)\n    l = l + l\n",
    "a list that grows while it is walked": "l = [1]\nfor i in l:\n    l.append(i)\n",
    "generators": "import itertools\ndef g():\n    i = 0\n    while True:\n        yield i\n        i += 1\nfor x in g():\n"
    "    print(x)\nl = list(g())\nfor x in itertools.count():\n    pass\nz = list(itertools.cycle([1]))\n"
    "w = list(itertools.repeat(1, 10**10))\n",
    "combinations": "import itertools\nx = list(itertools.product(range(100), repeat=100))\n"
    "y = list(itertools.permutations(range(100)))\nz = list(itertools.combinations(range(1000), 500))\n"
    "w = list(itertools.chain(*[range(1000)] * 1000))\nv = list(itertools.islice(itertools.count(), 10**9))\n"
    "u = list(itertools.accumulate(range(10**9)))\nt = list(itertools.permutations(range(12), 4))\n",
    "comprehensions": "x = [a for a in range(1000) for b in range(1000) for c in range(1000)]\n"
    "y = {a: b for a in range(1000) for b in range(1000)}\nz = sum(1 for a in range(1000) for b in range(1000))\n",
    "nested comprehensions": "x = [[[[0 for a in range(1000)] for b in range(1000)] for c in range(1000)] for d in range(9)]\n",
    "nested loops": "n = 0\nfor a in range(200):\n    for b in range(200):\n        for c in range(200):\n            n += 1\n",
    "what calls itself": "class A:\n    def __getattr__(self, n):\n        return self.foo\nA().bar\n"
    "class B(torch.nn.Module):\n    def __getattr__(self, n):\n        return getattr(self, n)\nB().x(torch.zeros(2))\n"
    "class C:\n    @property\n    def x(self):\n        return self.x\nC().x\nclass D(torch.nn.Module):\n"
    "    def forward(self, x):\n        return self(x)\nD()(torch.zeros(2))\nclass E:\n    def __call__(self):\n"
    "        return self()()\nE()()\nclass F:\n    def __len__(self):\n        return len(self)\n    def __iter__(self):\n"
    "        return iter(self)\n    def __eq__(self, o):\n        return self == o\n    def __add__(self, o):\n"
    "        return self + o\nf = F()\nlen(f)\nlist(f)\nf == f\nf + f\n",
    "classes of themselves": "class A(A):\n    pass\nA()\nclass B(torch.nn.Module): pass\nclass B(B): pass\n"
    "class B(B, B): pass\nB()\nclass M(type):\n    def __call__(cls):\n        return cls()\nclass N(metaclass=M): pass\nN()\n",
    "a long line of classes": "class A0(torch.nn.Module):\n    pass\n"
    + "".join(f"class A{n}(A{n - 1}):\n    pass\n" for n in range(1, 2000))
    + "A1999()(torch.zeros(2))\n",
    "decorators": "def d(f):\n    return d(f)\n@d\ndef g(): pass\n@g\ndef h(): pass\nh()\n",
    "a chain of conditions": "x = a" + " < a" * 20000 + "\ny = a" + " and a" * 20000 + "\n",
    "an asynchronous loop": "async def f():\n    async with a as b:\n        async for c in d:\n            yield c\n    await f()\n",
    "keras models in themselves": "import keras\ni = keras.Input((3,))\nm = keras.Model(i, keras.layers.Dense(3)(i))\n"
    "for k in range(60):\n    m = keras.Model(i, m(m(i)))\nm(keras.ops.zeros((2, 3)))\n",
}
DEEP = {
    "parentheses": "x = " + nested(150, "(", ")") + "\n",
    "calls": "x = f" + "()" * 2000 + "\n",
    "conditions": "".join(" " * n + f"if a{n}:\n" for n in range(90)) + " " * 90 + "pass\n",
    "functions": "".join(" " * n + f"def f{n}():\n" for n in range(90)) + " " * 90 + "pass\n",
    "lists": "x = " + nested(190, "[", "]", "") + "\ny = torch.tensor(x)\n",
    "dicts": "x = " + nested(190, "{1: ", "}") + "\n",
    "patterns": "match x:\n    case " + nested(150, "[", "]", "a") + ":\n        pass\n",
    "a text in pieces": "x = " + "'a' " * 50000 + "\n",
    "strange names": "x = '\\ud800'\nclass M(torch.nn.Module):\n    def forward(self, x):\n        return {'\\ud800': x}['\\ud801']\n"
    "getattr(x, '\\ud800')\nprint(f'{x}')\ny = '\\N{BULLET}'\nª = 1\nﬁ = 2\nfi + 1\nμ = µ = 3\n",
    "names that go": "globals()['x'] = 3\nlocals().update(a=1)\nexec('x=(')\neval('(')\n__import__('torch').zeros(3)\n"
    "del x\ndel x[0], x.y\n",
    "modern syntax": "if (n := 10) > 5: pass\n[y := 1, y**2]\ntry:\n    pass\nexcept* ValueError:\n    pass\n",
}
# What does not end before the planted bug is reached: nothing is said about what comes after, but it ends.
GIVEN_UP = {
    "functions that call themselves": "def f(n):\n    return g(n)\ndef g(n):\n    return f(n) + f(n)\nf(3)\n",
    "an expensive function": "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(35)\n",
    "a constructor that calls itself": "class B(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.b = B()\n        self.c = B()\n    def forward(self, x):\n        return self.c(self.b(x))\nB()(torch.zeros(2))\n",
    "functions without statements": "f = lambda n: f(n) + f(n)\nf(3)\n",
    "functions of themselves": "w = lambda f: (f(f), f(f))\nw(w)\n",
    "layers in layers": "s = torch.nn.Linear(3, 3)\n"
    + "s = torch.nn.Sequential(s, s)\n" * 60
    + "s(torch.zeros(2, 3))\n",
    "nothing in nothing": "s = torch.nn.Identity()\n"
    + "s = torch.nn.Sequential(s, s)\n" * 60
    + "s(torch.zeros(2, 3))\n",
    "a layer in itself": "s = torch.nn.Sequential(torch.nn.Linear(3, 3))\ns.append(s)\ns(torch.zeros(2, 3))\n",
    "a tree of modules": "class M(torch.nn.Module):\n    def __init__(self, n):\n        super().__init__()\n"
    "        self.a = M(n - 1) if n else None\n        self.b = M(n - 1) if n else None\n    def forward(self, x):\n"
    "        return self.b(self.a(x)) if self.a else x\nM(30)(torch.zeros(2))\n",
    "calls of calls": "def f0(x): return x\n"
    + "".join(f"def f{n}(x):\n    return f{n - 1}(x) + f{n - 1}(x)\n" for n in range(1, 39))
    + "f38(1)\n",
    "sums": "x = 1" + " + 1" * 5000 + "\n",
    "attributes": "x = torch" + ".a" * 5000 + "\n",
    "signs": "x = " + "not " * 3000 + "1\n",
    "alternatives": "if a:\n    pass\n" + "".join(f"elif a == {n}:\n    x = {n}\n" for n in range(3000)),
    "choices": "x = " + "".join(f"{n} if a == {n} else " for n in range(3000)) + "0\n",
    "lambdas": "f = " + "lambda: " * 3000 + "1\n",
    "items": "x = a" + "[0]" * 3000 + "\n",
}
# No Python (3.11), each with the line, counted after the import, at which it is none.
NO_PYTHON = {
    "parentheses": ("x = " + nested(2000, "(", ")") + "\n", 1),
    "brackets": ("x = " + nested(3000, "[", "]", "") + "\n", 1),
    "a number that is too long": ("x = " + "9" * 4301 + "\n", 1),
    "conditions": ("".join(" " * n + f"if a{n}:\n" for n in range(3000)) + " " * 3000 + "pass\n", 101),
    "a type statement": ("type X = int\n", 1),
    "type parameters": ("class A[T]: pass\n", 1),
    "quotes in quotes": ("x = f'{'a'}'\n", 1),
    "a token": ("x = $\n", 1),
    "an assignment": ("x = 2\n1 = x\n", 2),
}
GROUPS = {
    "growing": GROWING,
    "nested": NESTED,
    "numbers": NUMBERS,
    "endless": ENDLESS,
    "deep": DEEP,
}

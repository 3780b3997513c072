"""Statements about sizes, as values that can be proved, assumed, negated and shown."""

from __future__ import annotations

from .dim import NO_NAMES, Dim, Size
from .evaluation import evaluate, substitute
from .proof import NO, UNKNOWN, YES, Proof, is_multiple, is_natural, is_zero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Claim:
    """A statement about sizes. `str` shows it in one line; equal statements are equal values."""

    __slots__ = ()

    def parts(self) -> tuple[Any, ...]:
        """What the claim is made of."""
        raise NotImplementedError

    def proof(self) -> Proof:
        """YES or NO where that holds for every assignment within the symbols' bounds, else UNKNOWN."""
        raise NotImplementedError

    @property
    def symbols(self) -> frozenset[str]:
        """The names of the symbols it speaks of."""
        raise NotImplementedError

    def substitute(self, values: Mapping[str, Size]) -> Claim:
        """The claim with symbols replaced by name."""
        raise NotImplementedError

    def holds(self, values: Mapping[str, int]) -> bool:
        """Whether it is true for these numbers; raises MissingSymbolError where one lacks."""
        raise NotImplementedError

    def negated(self) -> Claim:
        """The claim that is true exactly where this one is false."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self.parts() == other.parts())

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.parts()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.parts()))})"

    def __bool__(self) -> bool:
        raise TypeError(f"the claim {self} is no truth value: ask .proof() or .holds({{name: int}})")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.parts()


class Comparison(Claim):
    """A claim about two sizes."""

    __slots__ = ("a", "b")
    sign = ""

    def __init__(self, a: Size, b: Size) -> None:
        self.a = a
        self.b = b

    def parts(self) -> tuple[Size, Size]:
        return self.a, self.b

    @property
    def symbols(self) -> frozenset[str]:
        a, b = self.a, self.b
        left = a.names if isinstance(a, Dim) else NO_NAMES
        return left | b.names if isinstance(b, Dim) else left

    def substitute(self, values: Mapping[str, Size]) -> Claim:
        a, b = substitute(self.a, values), substitute(self.b, values)
        return self if a is self.a and b is self.b else type(self)(a, b)

    def __str__(self) -> str:
        return f"{self.a} {self.sign} {self.b}"


class Equal(Comparison):
    """a = b."""

    __slots__ = ()
    sign = "="

    def __str__(self) -> str:
        from .reducing import rectangle  # only where somebody reads it

        found = rectangle(self.a, self.b)
        if found is None:
            return super().__str__()
        times, a, b, value = found
        return f"{'' if times == 1 else f'{times}*'}({a})*({b}) = {value}"

    def proof(self) -> Proof:
        a, b = self.a, self.b
        if a is b:
            return YES
        if not isinstance(a, Dim) and not isinstance(b, Dim):
            return YES if a == b else NO
        return is_zero(a - b)

    def holds(self, values: Mapping[str, int]) -> bool:
        return evaluate(self.a, values) == evaluate(self.b, values)

    def negated(self) -> Claim:
        return Differs(self.a, self.b)


class Differs(Comparison):
    """a is not b."""

    __slots__ = ()
    sign = "≠"

    def proof(self) -> Proof:
        a, b = self.a, self.b
        if not isinstance(a, Dim) and not isinstance(b, Dim):
            return NO if a == b else YES
        return ~is_zero(a - b)

    def holds(self, values: Mapping[str, int]) -> bool:
        return evaluate(self.a, values) != evaluate(self.b, values)

    def negated(self) -> Claim:
        return Equal(self.a, self.b)


class AtLeast(Comparison):
    """a >= b."""

    __slots__ = ()
    sign = ">="

    def proof(self) -> Proof:
        a, b = self.a, self.b
        if not isinstance(a, Dim) and not isinstance(b, Dim):
            return YES if a >= b else NO
        return is_natural(a - b)

    def holds(self, values: Mapping[str, int]) -> bool:
        return evaluate(self.a, values) >= evaluate(self.b, values)

    def negated(self) -> Claim:
        return AtLeast(self.b, self.a + 1)

    def __str__(self) -> str:
        if isinstance(self.b, Dim) and not isinstance(self.a, Dim):
            return f"{self.b} <= {self.a}"
        return f"{self.a} >= {self.b}"


class Divides(Comparison):
    """a divides b: b is a multiple of a (0 divides only 0)."""

    __slots__ = ()
    sign = "divides"

    def proof(self) -> Proof:
        a, b = self.a, self.b
        if not isinstance(a, Dim) and not isinstance(b, Dim):
            return YES if (b % a == 0 if a else b == 0) else NO
        return is_multiple(a, b)

    def holds(self, values: Mapping[str, int]) -> bool:
        a, b = evaluate(self.a, values), evaluate(self.b, values)
        return b % a == 0 if a else b == 0

    def negated(self) -> Claim:
        return Indivisible(self.a, self.b)


class Indivisible(Comparison):
    """a does not divide b."""

    __slots__ = ()
    sign = "does not divide"

    def proof(self) -> Proof:
        return ~Divides(self.a, self.b).proof()

    def holds(self, values: Mapping[str, int]) -> bool:
        return not Divides(self.a, self.b).holds(values)

    def negated(self) -> Claim:
        return Divides(self.a, self.b)


class Settled(Claim):
    """A claim that is true, or false, whatever the symbols are."""

    __slots__ = ("truth",)

    def __init__(self, truth: bool) -> None:
        self.truth = truth

    def parts(self) -> tuple[bool]:
        return (self.truth,)

    def proof(self) -> Proof:
        return YES if self.truth else NO

    @property
    def symbols(self) -> frozenset[str]:
        return NO_NAMES

    def substitute(self, values: Mapping[str, Size]) -> Claim:
        return self

    def holds(self, values: Mapping[str, int]) -> bool:
        return self.truth

    def negated(self) -> Claim:
        return NEVER if self.truth else ALWAYS

    def __str__(self) -> str:
        return "always" if self.truth else "never"


ALWAYS: Claim = Settled(True)
NEVER: Claim = Settled(False)


class Junction(Claim):
    """Several claims joined by "or" or "and"; nested ones of the same kind are flattened."""

    __slots__ = ("claims",)
    claims: tuple[Claim, ...]
    word = ""
    neutral: Claim = ALWAYS  # what an empty junction is: it changes nothing
    decisive: Claim = NEVER  # what one such member makes of the whole

    def __new__(cls, *claims: Claim) -> Any:
        found: dict[Claim, None] = {}
        for claim in claims:
            for part in claim.claims if isinstance(claim, cls) else (claim,):
                if part == cls.decisive:
                    return part
                if part != cls.neutral:
                    found[part] = None
        if len(found) < 2:
            return next(iter(found), cls.neutral)
        self = object.__new__(cls)
        self.claims = tuple(found)
        return self

    def parts(self) -> tuple[Claim, ...]:
        return self.claims

    @property
    def symbols(self) -> frozenset[str]:
        return NO_NAMES.union(*(claim.symbols for claim in self.claims))

    def substitute(self, values: Mapping[str, Size]) -> Claim:
        found: Claim = type(self)(*(claim.substitute(values) for claim in self.claims))
        return found

    def proof(self) -> Proof:
        decisive = self.decisive.proof()
        result = self.neutral.proof()
        for claim in self.claims:
            found = claim.proof()
            if found is decisive:
                return decisive
            if found is UNKNOWN:
                result = UNKNOWN
        return result

    def __str__(self) -> str:
        texts = (f"({claim})" if isinstance(claim, Junction) else str(claim) for claim in self.claims)
        return f" {self.word} ".join(texts)


class AnyOf(Junction):
    """At least one of the claims holds; none given: NEVER."""

    __slots__ = ()
    word = "or"
    neutral = NEVER
    decisive = ALWAYS

    def holds(self, values: Mapping[str, int]) -> bool:
        return any(claim.holds(values) for claim in self.claims)

    def negated(self) -> Claim:
        found: Claim = AllOf(*(claim.negated() for claim in self.claims))
        return found


class AllOf(Junction):
    """All of the claims hold; none given: ALWAYS."""

    __slots__ = ()
    word = "and"

    def holds(self, values: Mapping[str, int]) -> bool:
        return all(claim.holds(values) for claim in self.claims)

    def negated(self) -> Claim:
        found: Claim = AnyOf(*(claim.negated() for claim in self.claims))
        return found

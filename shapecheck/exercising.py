"""A model against its own contract: inputs that it lets in, and inputs that it refuses.

Used by `@pytest.mark.shapecheck`; needs hypothesis, numpy and the model's framework.
"""

from __future__ import annotations

from contextlib import contextmanager
from inspect import Parameter, signature
from sys import modules
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Verbosity, assume, given, settings
from hypothesis import strategies as st

from shapecheck.contracts.compiling import ATTRIBUTE
from shapecheck.contracts.errors import ShapeError
from shapecheck.contracts.facts import facts_of
from shapecheck.declarations import Declaration, Parameters, declare
from shapecheck.strategies.declared import Leaf, altered, arguments, made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from shapecheck.contracts.record import Contract

METHODS = ("forward", "call", "__call__")
LOW, HIGH = 1, 6


class ExerciseError(Exception):
    """What a model does against its contract, or why it cannot be exercised, in words."""


class Exercise:
    """A model, the contract on its forward method, and the framework whose tensors it takes.

    `inputs` are patterns that narrow what is drawn: the text for the first parameters, or a mapping from
    parameters to patterns. Raises ExerciseError where nothing says what to draw.
    """

    def __init__(self, model: Any, inputs: Any = None, framework: str | None = None) -> None:
        self.model = model
        self.method, self.contract = _contract_of(model)
        self.framework = framework or _framework_of(model)
        if inputs is None and self.contract is None:
            raise ExerciseError(
                f"{type(model).__name__} has no contract on {' or '.join(METHODS[:2])}: put @contract on it, "
                'or say what it takes: @pytest.mark.shapecheck(inputs="n t c")'
            )
        if inputs is None and self.contract is not None:
            self.entering = self.contract.declaration
        else:
            self.entering = _declared(self.method, inputs)
        self.known = self._known()

    def _known(self) -> dict[str, int]:
        """The sizes that the model itself settles: those in braces. Integer parameters are drawn like sizes."""
        declarations = [self.entering, *([self.contract.declaration] if self.contract is not None else [])]
        found: dict[str, int] = {}
        for path in sorted({path for each in declarations for path in each.attributes()}):
            value = self.model
            for step in path.split("."):
                value = getattr(value, step, None)
            if not isinstance(value, int):
                raise ExerciseError(
                    f"{{{path}}} is no number of {type(self.model).__name__}: inputs= can say what to draw"
                )
            found[f"{{{path}}}"] = value
        return found

    def run(self) -> None:
        """Draw inputs of both kinds. Raises ExerciseError with the smallest that go wrong."""
        quiet = settings(
            deadline=None,
            print_blob=False,
            verbosity=Verbosity.quiet,
            report_multiple_bugs=False,
            suppress_health_check=[
                HealthCheck.too_slow,
                HealthCheck.filter_too_much,
                HealthCheck.data_too_large,
            ],
        )

        @quiet
        @given(arguments(self.entering, self.known, low=LOW, high=HIGH), st.integers(0, 99))
        def let_in(drawn: dict[str, Any], seed: int) -> None:
            self._is_let_in(drawn, seed)

        @quiet
        @given(arguments(self.entering, self.known, low=LOW, high=HIGH), st.data())
        def refused(drawn: dict[str, Any], data: st.DataObject) -> None:
            self._is_refused(data.draw(altered(drawn)))

        with _evaluating(self.model):
            let_in()
            if self.contract is not None:
                refused()

    def _is_let_in(self, drawn: dict[str, Any], seed: int) -> None:
        given = made(drawn, seed, self.framework)
        if self.contract is not None and self._judged(given) is not None:
            return  # inputs= draws what the contract refuses
        try:
            self.model(**given)
        except ShapeError as error:
            raise ExerciseError(f"{self._label} breaks a contract for {_shown(drawn)}: {error}") from error
        except Exception as error:  # whatever the model raises is what the user wants to know
            says = (
                f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"
            )
            allowed = "its contract lets in" if self.contract is not None else "inputs= describes"
            raise ExerciseError(
                f"{self._label} fails for {_shown(drawn)}, which {allowed}: {says}\n"
                f"mend the model, or say what it needs: {self._help}"
            ) from error

    def _is_refused(self, drawn: dict[str, Any]) -> None:
        given = made(drawn, 0, self.framework)
        error = self._judged(given)
        assume(error is not None)
        try:
            self.model(**given)
        except ShapeError:
            return
        except Exception as other:  # anything but a ShapeError is the finding
            raise ExerciseError(
                f"{self._label} does not fail cleanly for {_shown(drawn)}: {type(other).__name__} before its "
                f"contract could say: {error}"
            ) from other
        raise ExerciseError(f"{self._label} takes {_shown(drawn)} although its contract refuses it: {error}")

    def _judged(self, given: Mapping[str, Any]) -> ShapeError | None:
        """What the contract says of these arguments, asked without the model."""
        contract = self.contract
        assert contract is not None
        facts = tuple(facts_of(given.get(name), contract.keys) for name, _ in contract.declaration.inputs)
        return contract.judge(0, facts, self.known)

    @property
    def _label(self) -> str:
        return f"{type(self.model).__name__}.{self.method.__name__}"

    @property
    def _help(self) -> str:
        pattern = next(self.entering.patterns())
        name = next((name for name in reversed(pattern.names) if name.isidentifier()), "n")
        return f"a constraint behind its patterns, such as '| {name} >= 4', narrows what is let in"


def _contract_of(model: Any) -> tuple[Callable[..., Any], Contract | None]:
    """The method that the model is called through, with its contract."""
    if not callable(model):
        found = "None" if model is None else type(model).__name__
        raise ExerciseError(f"the test returned {found}, which is no model: return what can be called")
    methods = [method for name in METHODS if (method := getattr(type(model), name, None)) is not None]
    for method in methods:
        contract = getattr(method, ATTRIBUTE, None)
        if contract is not None:
            return method, contract
    own = getattr(model, ATTRIBUTE, None)  # a function
    return (model, own) if own is not None or not methods else (methods[0], None)


def _declared(method: Callable[..., Any], inputs: Any) -> Declaration:
    receives = [
        name
        for name, parameter in signature(method).parameters.items()
        if parameter.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    ]
    parameters = Parameters([name for name in receives if name != "self"])
    text, named = (inputs, {}) if isinstance(inputs, str) else (None, dict(inputs))
    try:
        return declare(parameters, text, named, low=0)
    except (TypeError, ValueError) as error:
        raise ExerciseError(f"inputs= cannot be used: {error}") from error


def _framework_of(model: Any) -> str:
    """Whose tensors the model takes, told by the classes that it is made from."""
    for base in type(model).__mro__:
        package = base.__module__.partition(".")[0]
        if package in ("torch", "keras"):
            return package
    return "numpy"


@contextmanager
def _evaluating(model: Any) -> Iterator[None]:
    """A torch module in evaluation mode, without gradients, for the time of the exercise."""
    if _framework_of(model) != "torch" or not hasattr(model, "eval"):
        yield
        return
    training = model.training
    model.eval()
    try:
        with modules["torch"].no_grad():
            yield
    finally:
        model.train(training)


def _shown(drawn: Any) -> str:
    return ", ".join(f"{name} {_text(value)}" for name, value in drawn.items())


def _text(value: Any) -> str:
    if isinstance(value, Leaf):
        return str(value.shape)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_text(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        ends = "[]" if isinstance(value, list) else "()"
        return f"{ends[0]}{', '.join(map(_text, value))}{ends[1]}"
    return str(value)

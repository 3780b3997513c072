"""The pytest plugin: lint findings as test items, and contracts: switched, counted, never exercised.

pytest --shapecheck src tests            every Python file found is linted, as a test item
pytest --shapecheck-contracts=strict     on (the default), off, or an open size is an error
pytest --shapecheck-report=FILE          every contract of the run as JSON, with its number of calls
assert_equivalent(left, right, "n 4")    a fixture: two models of any framework agree, or the test says where they part
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from shapecheck.contracts.mode import MODES, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from shapecheck.contracts.record import Contract
    from shapecheck.equivalence.compare_report import Comparison
    from shapecheck.lint.checker import Checker

Entry = dict[str, Any]
SHOWN = 20
MARKER = (
    "shapecheck(inputs=None, framework=None): exercise the model that the test returns, with drawn inputs that its "
    "contract lets in (or that `inputs` describes) and inputs that it refuses; also on --shapecheck's lint items"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the command line."""
    group = parser.getgroup("shapecheck", "tensor shapes")
    group.addoption("--shapecheck", action="store_true", help="lint the Python files that pytest finds")
    group.addoption(
        "--shapecheck-contracts",
        choices=MODES,
        default=None,
        help="contracts created during the run: on (the default), off, or strict (an open size is an error)",
    )
    group.addoption(
        "--shapecheck-report", metavar="FILE", default=None, help="write contracts and their calls as JSON"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before any code of the project is imported: set the mode of contracts and begin to record them."""
    _begin(early_config, early_config.known_args_namespace)


def pytest_configure(config: pytest.Config) -> None:
    """Begin here where the plugin was loaded too late for the hook above (from a conftest, in a worker)."""
    _begin(config, config.option)
    config.addinivalue_line("markers", MARKER)
    config.pluginmanager.register(ContractRun(config), "shapecheck-contract-run")


BEFORE = pytest.StashKey[tuple[str | None, int]]()


def _begin(config: pytest.Config, options: Any) -> None:
    from shapecheck.contracts.record import record_contracts, recorded_contracts

    if BEFORE in config.stash:
        return
    config.stash[BEFORE] = (os.environ.get(VARIABLE), len(recorded_contracts()))
    if options.shapecheck_contracts is not None:
        os.environ[VARIABLE] = options.shapecheck_contracts
    record_contracts(True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the process as it was found."""
    from shapecheck.contracts.record import record_contracts

    found = config.stash.get(BEFORE, None)
    if found is None:
        return
    record_contracts(False)
    if found[0] is None:
        os.environ.pop(VARIABLE, None)
    else:
        os.environ[VARIABLE] = found[0]


class ContractRun:
    """What became of the contracts of one run, gathered from this process or from the workers of xdist."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.entries: dict[tuple[str, int, str], Entry] = {}

    def _is_worker(self) -> bool:
        return hasattr(self.config, "workeroutput")

    def _own(self) -> list[Entry]:
        from shapecheck.contracts.record import recorded_contracts

        _, start = self.config.stash[BEFORE]
        found = [contract for contract in recorded_contracts()[start:] if self._is_of_project(contract)]
        return [_entry(contract, self.config.rootpath) for contract in found]

    def _is_of_project(self, contract: Contract) -> bool:
        """Whether a contract belongs to the code under test, not to the tests or to an installed package."""
        path = os.path.abspath(contract.path)
        root = str(self.config.rootpath) + os.sep
        if not path.startswith(root) or "site-packages" in path:
            return False
        from fnmatch import fnmatch

        name = os.path.basename(path)
        patterns = [*self.config.getini("python_files"), "conftest.py"]
        return not any(fnmatch(name, pattern) for pattern in patterns)

    def add(self, entries: list[Entry]) -> None:
        """Count these contracts in; one place in the source is one contract, however often it is made."""
        for entry in entries:
            key = (entry["path"], entry["line"], entry["function"])
            known = self.entries.setdefault(key, {**entry, "calls": 0, "deferred": []})
            known["calls"] += entry["calls"]
            known["deferred"] = sorted({*known["deferred"], *entry["deferred"]})

    def pytest_sessionfinish(self) -> None:
        """Hand over what this process saw, and write the report where all of it is known."""
        if self._is_worker():
            self.config.workeroutput["shapecheck"] = self._own()  # type: ignore[attr-defined]
            return
        self.add(self._own())
        if self.config.option.shapecheck_report is not None:
            self._write_report(self.config.option.shapecheck_report)

    def _write_report(self, report: str) -> None:
        path = os.path.join(self.config.invocation_params.dir, report)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"contracts": self.sorted()}, file, indent=2)
                file.write("\n")
        except OSError as error:
            reason = f"--shapecheck-report={report} cannot be written: {error.strerror}"
            pytest.exit(reason, returncode=pytest.ExitCode.USAGE_ERROR)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist has finished: take over what it saw."""
        self.add(getattr(node, "workeroutput", {}).get("shapecheck", []))

    def sorted(self) -> list[Entry]:
        """The contracts by path and line."""
        return [self.entries[key] for key in sorted(self.entries)]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which contracts no test exercised, and what was never checked for want of a size."""
        entries = self.sorted()
        idle = [entry for entry in entries if not entry["calls"]]
        deferred = [text for entry in entries for text in entry["deferred"]]
        if self.config.option.collectonly or not (idle or deferred):
            return
        terminalreporter.section("shapecheck contracts")
        exercised = len(entries) - len(idle)
        terminalreporter.write_line(f"{exercised} of {len(entries)} contracts exercised")
        lines = [f"{entry['path']}:{entry['line']} {entry['function']}: never called" for entry in idle]
        lines += deferred
        for line in lines[:SHOWN]:
            terminalreporter.write_line(f"  {line}")
        if len(lines) > SHOWN:
            terminalreporter.write_line(f"  and {len(lines) - SHOWN} more (--shapecheck-report=FILE has all)")


def _entry(contract: Contract, root: Path) -> Entry:
    path = os.path.relpath(contract.path, root).replace(os.sep, "/")
    return {
        "path": path,
        "line": contract.line,
        "function": contract.qualified,
        "contract": contract.declaration.text,
        "calls": contract.calls,
        "deferred": list(contract.pending.values()),
    }


@pytest.fixture
def assert_equivalent() -> Callable[..., Comparison]:
    """`assert_equivalent(left, right, "n 3 64 64", …)` takes what `shapecheck.compare` takes and gives its report;
    where the models part, the test fails with the report.
    """

    def check(left: Any, right: Any, *arguments: Any, **options: Any) -> Comparison:
        __tracebackhide__ = True
        from shapecheck.equivalence.compare_models import compare

        report = compare(left, right, *arguments, **options)
        if not report.ok:
            pytest.fail(f"the models are not equivalent\n{report}", pytrace=False)
        return report

    return check


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """One lint item for each Python file."""
    if file_path.suffix != ".py" or not parent.config.option.shapecheck:
        return None
    collector: LintFile = LintFile.from_parent(parent, path=file_path)
    return collector


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A marked test returns a model: exercise it."""
    marker = pyfuncitem.get_closest_marker("shapecheck")
    if marker is None:
        return None
    from shapecheck.contracts.mode import mode

    wanted = pyfuncitem._fixtureinfo.argnames
    model = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted})
    if mode() == "off":
        pytest.skip("contracts are off")
    failure = _exercised(model, marker)
    if failure is not None:
        pytest.fail(failure, pytrace=False)
    return True


def _exercised(model: Any, marker: pytest.Mark) -> str | None:
    """What the model does against its contract, in words."""
    import inspect

    try:
        from shapecheck.exercising import Exercise, ExerciseError
    except ModuleNotFoundError as error:
        return f"@pytest.mark.shapecheck needs {error.name}: pip install 'shapecheck-ml[hypothesis,numpy]'"
    try:
        inspect.signature(Exercise).bind(model, *marker.args, **marker.kwargs)
    except TypeError as error:
        return f"@pytest.mark.shapecheck takes inputs= and framework=: {error}"
    try:
        Exercise(model, *marker.args, **marker.kwargs).run()
    except ExerciseError as error:
        return str(error)
    return None


CHECKER = pytest.StashKey["Checker"]()


def _checker(config: pytest.Config) -> Checker:
    """One checker for the session: it reads the configuration, and keeps results between runs."""
    if CHECKER not in config.stash:
        from shapecheck.lint.engine import Options

        cached = config.pluginmanager.hasplugin("cacheprovider")
        config.stash[CHECKER] = Options(cache=cached, jobs=1).checker()
    return config.stash[CHECKER]


class LintFile(pytest.File):
    """A Python file as something to lint."""

    def collect(self) -> Iterator[pytest.Item]:
        """The one item, unless the configuration leaves the file out."""
        if not _checker(self.config).configurations.above(str(self.path.parent)).excludes(str(self.path)):
            yield LintItem.from_parent(self, name="shapecheck")


class FindingsError(Exception):
    """What the linter found, already in words."""


class LintItem(pytest.Item):
    """The linting of one file: it fails where the linter has more than notes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.add_marker("shapecheck")

    def runtest(self) -> None:
        """Lint the file. Raises FindingsError."""
        from shapecheck.lint.discovery import Target

        outcome = _checker(self.config).check(Target(os.path.abspath(self.path), False))
        found = [diagnostic for diagnostic in outcome.diagnostics if diagnostic.severity != "note"]
        if found:
            raise FindingsError(_findings_text(found, str(self.config.invocation_params.dir)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The findings as `shapecheck lint` prints them, without a frame of ours."""
        if isinstance(excinfo.value, FindingsError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """How a failing item is headed."""
        return self.path, None, f"{self.path.name} [shapecheck]"


def _findings_text(found: list[Any], base: str) -> str:
    from shapecheck.report.colors import plain
    from shapecheck.report.full import block
    from shapecheck.report.places import Lines

    lines = Lines({})
    return "\n".join(block(diagnostic, lines, plain, base) for diagnostic in found).rstrip()

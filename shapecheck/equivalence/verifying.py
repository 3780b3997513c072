"""`verify`: one model on several backends, with the same weights and inputs, node by node against the reference."""

from __future__ import annotations

from math import isfinite
from time import perf_counter
from typing import TYPE_CHECKING, Any

from shapecheck.backend import BackendError, Options, load, names
from shapecheck.equivalence.comparing import Comparison, Subject
from shapecheck.equivalence.drawing import drawn_inputs, drawn_weights, levelled
from shapecheck.equivalence.report import Failure, NodeReport, Report, WeightReport
from shapecheck.equivalence.rounding import EPSILON, TENSOR_CORE_REASON, epsilon
from shapecheck.equivalence.sensitivity import noticed
from shapecheck.equivalence.situations import (
    changes_in_training,
    lone_number,
    random_in_training,
    situation,
    slopes,
)
from shapecheck.equivalence.sizes import cases, needed_sizes
from shapecheck.model.inputs import checked_dims
from shapecheck.model.summary import contract_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shapecheck.backend import Backend
    from shapecheck.equivalence.situations import Situation, Slopes
    from shapecheck.equivalence.sizes import Case
    from shapecheck.model.graph import Graph
    from shapecheck.model.model import Model

    Progress = Callable[[str], None]

# What decides who is right, and what is compared with it where nothing is said.
REFERENCE = "numpy"
COMPARED = ("torch", "keras")


def verify(
    model: Model,
    backends: Sequence[str | Backend] | None = None,
    dims: Mapping[str, int] | None = None,
    *,
    device: str = "cpu",
    dtype: str = "float32",
    layout: str | None = None,
    gradients: bool = False,
    seeds: int | Sequence[int] = 2,
    edges: bool = True,
    sensitivity: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Build a model on backends, give all the same weights and inputs, and compare every node with numpy's float64.

    `backends` are names or backend objects; by default torch and keras, where they are installed. `dims` are sizes
    for the model's symbols; those that weights depend on are chosen where they lack. Every seed draws weights and
    inputs of its own; with `edges` also the smallest sizes are tried that the model admits. `gradients` compares the
    gradients of the outputs, too; `sensitivity` measures what error in each weight would have been noticed. `progress`
    is told what is being done.

    Raises ModelError where no sizes fit, BackendError where a backend is not there or cannot build the model.
    """
    if dtype not in EPSILON:
        raise BackendError(f"models are verified in {', '.join(EPSILON)}, not in {dtype!r}")
    chosen, left_out = _chosen(backends)
    given = checked_dims(dims or {}, model.graph.symbols)
    fixed = {**needed_sizes(model.graph, given), **given}
    graph = model.bound({symbol: fixed[symbol] for symbol in model.graph.needed_dims()})
    report = Report(
        contract_text(model.graph),
        backends=[*(backend.name for backend in chosen), REFERENCE],
        left_out=left_out,
        device=device,
        dtype=dtype,
    )
    run = _Run(graph, report, progress or (lambda _: None))
    run.measures_sensitivity = sensitivity
    run.build(chosen, Options(layout=layout, dtype=dtype, device=device, seed=0))
    own = {symbol: size for symbol, size in given.items() if symbol in graph.symbols}
    listed = list(range(seeds)) if isinstance(seeds, int) else list(seeds)
    run.all_cases(cases(graph, own, listed or [0], edges=edges), gradients=gradients)
    return report


def _chosen(backends: Sequence[str | Backend] | None) -> tuple[list[Backend], list[str]]:
    """The backends to compare with the reference, and why others are left out. BackendError where none is left."""
    load(REFERENCE)
    if backends is not None:
        chosen = [load(each) if isinstance(each, str) else each for each in backends]
        chosen = [backend for backend in chosen if backend.name != REFERENCE]
        if not chosen:
            raise BackendError("numpy is the reference: name a backend to compare with it, such as torch")
        return chosen, []
    found, left_out = [], []
    for name in (*COMPARED, *(name for name in names() if name not in (*COMPARED, REFERENCE))):
        try:
            found.append(load(name))
        except BackendError as error:
            left_out.append(str(error))
    if not found:
        raise BackendError(f"there is nothing to compare with numpy: {'; '.join(left_out)}")
    return found, left_out


class _Run:
    """One verification: the networks, and the report that is being filled."""

    def __init__(self, graph: Graph, report: Report, progress: Progress) -> None:
        self.graph = graph
        self.report = report
        self.tell = progress
        self.reference: Any = load(REFERENCE)
        self.network: Any = None
        self.subjects: list[Subject] = []
        self.precise: dict[str, Subject] = {}
        self.measures_sensitivity = True

    def build(self, backends: Sequence[Backend], options: Options) -> None:
        """Build the model on every backend; BackendError where one cannot, neither for all sizes nor for some."""
        self.network = self.reference.build(self.graph, Options(dtype="float64", seed=0))
        for backend in backends:
            self.tell(f"building on {backend.name}")
            with _Timed(self.report, f"build {backend.name}"):
                subject = Subject(backend, self.graph, options)
            self.subjects.append(subject)
            if subject.reason:
                self.report.notes.append(f"built anew for every set of sizes: {subject.reason}")
        for node in self.graph.nodes:
            shapes = ", ".join(str(self.graph.shapes[name]) for name in node.outputs)
            self.report.nodes.append(NodeReport(node.name, _operator(node.op), shapes))
        if options.device.startswith("cuda") and options.dtype == "float32":
            self.report.notes.append(TENSOR_CORE_REASON)

    def all_cases(self, listed: Sequence[Case], *, gradients: bool) -> None:
        """Compare in every case, seed by seed: each has its own weights."""
        modes = self._modes()
        by_seed: dict[int, list[Case]] = {}
        for case in listed:
            by_seed.setdefault(case.seed, []).append(case)
        for seed, group in by_seed.items():
            comparison = self._with_weights(seed, group[0])
            for place, case in enumerate(group):
                for training in modes:
                    if self._lone(case, training=training):
                        continue
                    self.tell(f"seed {seed}: {case.name}{', training' if training else ''}")
                    self._case(comparison, case, training=training)
                if place == 0 and gradients:
                    self._gradients(comparison, case)
            if self.measures_sensitivity and (not self.report.weights or self.report.unnoticed):
                self._sensitivity(comparison, group[0])

    def _modes(self) -> tuple[bool, ...]:
        random = random_in_training(self.graph)
        if random:
            self.report.notes.append(
                f"training is not compared: {', '.join(random)} draw{'s' * (len(random) == 1)} random numbers"
            )
            return (False,)
        if not changes_in_training(self.graph):
            self.report.notes.append("training is not compared: no layer computes anything else in it")
            return (False,)
        return (False, True)

    def _lone(self, case: Case, *, training: bool) -> bool:
        """Whether a norm would take the variance of one number, which backends may refuse; that is noted."""
        node = lone_number(self.graph, case.sizes, training=training)
        if node:
            mode = " in training" if training else ""
            note = f"not compared{mode} at {case.name}: {node} would take the variance of a single number"
            self.report.notes.append(note)
        return bool(node)

    def _with_weights(self, seed: int, case: Case) -> Comparison:
        """New weights, which all backends must take and give back exactly."""
        dtype = self.report.dtype
        with _Timed(self.report, "draw"):
            weights = drawn_weights(self.graph, seed, dtype)
            inputs = drawn_inputs(self.graph, case.sizes, seed, dtype)
            weights = levelled(self.reference, self.network, weights, inputs, dtype)
        return Comparison(self.report, self.graph, self.reference, weights)

    def _case(self, comparison: Comparison, case: Case, *, training: bool) -> None:
        with _Timed(self.report, "reference"):
            seen = situation(self.reference, self.network, case, self.report.dtype, training=training)
        self.report.cases.append((case, training))
        self._inferred(seen)
        for subject in self.subjects:
            with _Timed(self.report, f"run {subject.name}"):
                comparison.values(subject, seen)

    def _inferred(self, seen: Situation) -> None:
        """The reference gives the shapes that were inferred, with numbers in the place of symbols."""
        for node in self.graph.nodes:
            for name in node.outputs:
                expected = self.graph.shapes[name].evaluate(seen.case.sizes)
                given = seen.values[name][0].shape
                if given != expected:
                    sentence = f"{name!r} has the shape {given} on {REFERENCE}, inferred is {expected}"
                    sizes = tuple(seen.case.sizes.items())
                    self.report.failures.append(
                        Failure("shape", REFERENCE, node.name, sentence, "", seen.case.name, sizes)
                    )

    def _gradients(self, comparison: Comparison, case: Case) -> None:
        """In float64 where a backend has it: bounds of whole gradients tell little in a coarser arithmetic."""
        self.tell(f"seed {case.seed}: gradients")
        expected: dict[str, Slopes] = {}
        for subject in self.subjects:
            precise = self._precise(subject)
            dtype = precise.options.dtype
            if dtype not in expected:
                with _Timed(self.report, "reference gradients"):
                    seen = situation(self.reference, self.network, case, dtype, training=False)
                    grain = epsilon(dtype, self.report.device)
                    expected[dtype] = slopes(self.reference, self.network, seen, dtype, grain)
            with _Timed(self.report, f"gradients {subject.name}"):
                comparison.gradients(precise, expected[dtype])

    def _precise(self, subject: Subject) -> Subject:
        """The subject in float64, or itself where its framework has none; that is noted."""
        if subject.name not in self.precise:
            options = Options(
                layout=subject.options.layout, dtype="float64", device=subject.options.device, seed=0
            )
            try:
                self.precise[subject.name] = Subject(subject.backend, self.graph, options)
            except BackendError as error:
                self.precise[subject.name] = subject
                note = f"{subject.name} is compared in {subject.options.dtype} only: {error}"
                self.report.notes.append(note)
        return self.precise[subject.name]

    def _sensitivity(self, comparison: Comparison, case: Case) -> None:
        """What would have been noticed. Nodes where that is too little are compared in float64 as well."""
        self.tell("measuring what would have been noticed")
        report = self.report
        seen = self._seen(case)
        with _Timed(report, "sensitivity"):
            report.weights = self._noticed(comparison, seen, report.dtype)
        nodes = {weight.name.partition(".")[0] for weight in report.unnoticed if isfinite(weight.noticed)}
        if not nodes or report.dtype == "float64":
            return
        precise = [self._precise(subject) for subject in self.subjects]
        if any(subject.options.dtype != "float64" for subject in precise):
            return
        with _Timed(report, "float64"):
            for subject in precise:
                comparison.some(subject, seen, nodes)
            report.weights = self._noticed(comparison, seen, "float64", nodes=nodes)

    def _seen(self, case: Case) -> Situation:
        with _Timed(self.report, "reference"):
            return situation(self.reference, self.network, case, self.report.dtype, training=False)

    def _noticed(
        self, comparison: Comparison, seen: Situation, dtype: str, *, nodes: set[str] | None = None
    ) -> list[WeightReport]:
        return noticed(
            self.reference,
            self.graph,
            comparison.weights,
            seen,
            dtype,
            self.report.device,
            before=self.report.weights,
            nodes=nodes,
        )


class _Timed:
    """Adds the time of a block to the report's table."""

    def __init__(self, report: Report, what: str) -> None:
        self.report = report
        self.what = what

    def __enter__(self) -> None:
        self.start = perf_counter()

    def __exit__(self, *_: object) -> None:
        spent = perf_counter() - self.start
        self.report.seconds[self.what] = self.report.seconds.get(self.what, 0.0) + spent


def _operator(op: Any) -> str:
    inner = op.__dict__.get("inner")
    if inner is not None and not isinstance(inner, tuple):
        return f"{inner.label}, each step"
    return op.pattern if "pattern" in op.__dict__ else str(op.label)

"""Comparing one backend with the reference: weights there and back, values node by node, gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecheck.backend import BackendError
from shapecheck.equivalence.causes import likely_cause, transfer_cause
from shapecheck.equivalence.measuring import NOTHING, Measured, measure, worse
from shapecheck.equivalence.report import Failure, GradientReport, NodeReport, Report
from shapecheck.equivalence.rounding import epsilon

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from shapecheck.backend import Array, Arrays, Backend, Options
    from shapecheck.equivalence.situations import Bounds, Situation, Slopes
    from shapecheck.model.graph import Graph, Node


class Subject:
    """A backend with the networks that it built of one graph: one for all sizes, or where it cannot, one for each."""

    def __init__(self, backend: Backend, graph: Graph, options: Options) -> None:
        self.backend = backend
        self.graph = graph
        self.options = options
        self.reason = ""
        self._closed: dict[tuple[tuple[str, int], ...], Any] = {}
        try:
            self._open = backend.build(graph, options)
        except BackendError as error:
            if not graph.symbols:
                raise
            self._open, self.reason = None, str(error)

    @property
    def name(self) -> str:
        """The backend's name."""
        return self.backend.name

    def network(self, sizes: Mapping[str, int]) -> Any:
        """The network for these sizes. BackendError where it cannot be built even for them."""
        if self._open is not None:
            return self._open
        key = tuple(sizes.items())
        if key not in self._closed:
            self._closed[key] = self.backend.build(self.graph.bind(sizes), self.options)
        return self._closed[key]


class Comparison:
    """What was drawn and where it is written: compares any backend with the reference, and fills the report."""

    def __init__(self, report: Report, graph: Graph, reference: Any, weights: Arrays) -> None:
        self.report = report
        self.graph = graph
        self.reference = reference
        self.weights = weights
        self._holding: list[Any] = []  # the networks that have these weights

    def _epsilon(self, dtype: str, node: Node | None = None) -> float:
        """The ε of a node on this device, or of the whole network."""
        return epsilon(dtype, self.report.device, None if node is None else node.op)

    def transfer(self, subject: Subject, sizes: Mapping[str, int]) -> bool:
        """Set the weights and take them back; whether the network can be run with them."""
        import numpy as np

        network = subject.network(sizes)
        if any(network is other for other in self._holding):
            return True
        try:
            subject.backend.set_weights(network, self.weights)
            back = subject.backend.get_weights(network)
        except Exception as error:  # any error of a backend is a finding about it, not a crash of ours
            self._raised(subject, "", "while it took the weights", error)
            return False
        self._holding.append(network)
        for name in (*self.weights, *(name for name in back if name not in self.weights)):
            given, got = self.weights.get(name), back.get(name)
            if given is None or got is None:
                problem = "did not come back" if got is None else "came back though it was never set"
                self._transfer_failure(subject, name, f"{name} {problem}", "")
            elif got.shape != given.shape or not np.array_equal(got.astype(np.float64), given):
                sentence = f"{name} did not come back from {subject.name} as it was set"
                self._transfer_failure(subject, name, sentence, transfer_cause(given, got))
        return True

    def _transfer_failure(self, subject: Subject, weight: str, sentence: str, cause: str) -> None:
        node = weight.partition(".")[0]
        self.report.failures.append(Failure("transfer", subject.name, node, sentence, cause))

    def values(self, subject: Subject, seen: Situation) -> None:
        """Every node in the whole network, and every node fed with the reference's own inputs."""
        if not self.transfer(subject, seen.case.sizes):
            return
        network = subject.network(seen.case.sizes)
        try:
            whole = subject.backend.run(network, seen.inputs, training=seen.training)
        except Exception as error:  # as above
            self._raised(subject, "", "while it ran", error, seen)
            return
        for node, entry in zip(self.graph.nodes, self.report.nodes, strict=True):
            right = self._local(subject, seen, node, entry)
            self._whole(subject, seen, node, entry, whole, right_alone=right)

    def some(self, subject: Subject, seen: Situation, nodes: Collection[str]) -> None:
        """Some nodes alone, fed with the reference's own inputs, in the arithmetic that the subject was built for."""
        if not self.transfer(subject, seen.case.sizes):
            return
        for node, entry in zip(self.graph.nodes, self.report.nodes, strict=True):
            if node.name in nodes:
                self._local(subject, seen, node, entry)

    def _local(self, subject: Subject, seen: Situation, node: Node, entry: NodeReport) -> bool:
        """One node fed with the reference's own inputs; whether it is right."""
        own = seen.nodes[node.name]
        try:
            network = subject.network(seen.case.sizes)
            found = subject.backend.apply(network, node.name, own.inputs, training=seen.training)
        except Exception as error:  # as above
            self._raised(subject, node.name, f"at {node.name!r} ({entry.operator})", error, seen)
            return False
        problem = _shapes_apart(found, own.results)
        if problem:
            sentence = f"{node.name!r} ({entry.operator}) on {subject.name} gives {problem}"
            self._fail("shape", subject, node, sentence, seen)
            return False
        dtype = subject.options.dtype
        measured = self._measured(found, own.results, self._epsilon(dtype, node), dtype)
        if dtype == self.report.dtype:
            entry.record(subject.name, measured, local=True)
        if measured.ok:
            return True
        already = any(
            failure.node == node.name and failure.backend == subject.name for failure in self.report.failures
        )
        cause = "" if already else self._cause(node, seen, found, dtype)
        arithmetic = "" if dtype == self.report.dtype else f" in {dtype}"
        sentence = (
            f"{node.name!r} ({entry.operator}) on {subject.name}{arithmetic} is off by {measured.error:.3g} at "
            f"{measured.place}, fed with the reference's own inputs; rounding allows {measured.allowed:.3g}"
        )
        self._fail("values", subject, node, sentence, seen, cause=cause, measured=measured)
        return False

    def _cause(self, node: Node, seen: Situation, found: Sequence[Array], dtype: str) -> str:
        return likely_cause(
            self.reference,
            self.graph,
            node,
            self.weights,
            seen,
            found,
            epsilon=self._epsilon(dtype, node),
            dtype=dtype,
        )

    def _whole(
        self,
        subject: Subject,
        seen: Situation,
        node: Node,
        entry: NodeReport,
        whole: Mapping[str, Array],
        *,
        right_alone: bool,
    ) -> None:
        expected = [seen.values[name] for name in node.outputs]
        missing = [name for name in node.outputs if name not in whole]
        found = [whole[name] for name in node.outputs if name in whole]
        problem = f"nothing for {missing[0]!r}" if missing else _shapes_apart(found, expected)
        if problem:
            if right_alone:
                sentence = (
                    f"{node.name!r} ({entry.operator}) on {subject.name} gives {problem} in the network"
                )
                self._fail("shape", subject, node, sentence, seen)
            return
        measured = self._measured(
            found, expected, self._epsilon(subject.options.dtype), subject.options.dtype
        )
        entry.record(subject.name, measured, local=False)
        if not measured.ok and right_alone:
            sentence = (
                f"{node.name!r} ({entry.operator}) on {subject.name} is right by itself, but off by "
                f"{measured.error:.3g} in the network; rounding up to it allows {measured.allowed:.3g}"
            )
            cause = "it is given something else than its input in the graph"
            self._fail("whole", subject, node, sentence, seen, cause=cause, measured=measured)

    def _measured(
        self, found: Sequence[Array], expected: Sequence[Bounds], grain: float, dtype: str
    ) -> Measured:
        result = NOTHING
        for actual, (value, allowance) in zip(found, expected, strict=True):
            result = worse(result, measure(actual, value, allowance, grain, dtype))
        return result

    def gradients(self, subject: Subject, expected: Slopes) -> None:
        """The gradients by inputs and by weights."""
        sizes = expected.case.sizes
        if not self.transfer(subject, sizes):
            return
        try:
            network = subject.network(sizes)
            found = subject.backend.gradients(network, expected.inputs, expected.cotangents)
        except Exception as error:  # as above
            self._raised(subject, "", "while it was differentiated", error)
            return
        for kind, ours, theirs in zip(
            ("input", "weight"), (expected.by_inputs, expected.by_weights), found, strict=True
        ):
            for name, (value, allowance) in ours.items():
                self._gradient(subject, expected, kind, name, theirs.get(name), (value, allowance))

    def _gradient(
        self,
        subject: Subject,
        expected: Slopes,
        kind: str,
        name: str,
        found: Array | None,
        ours: Bounds,
    ) -> None:
        node = name.partition(".")[0] if kind == "weight" else ""
        what = f"the gradient by the {kind} {name!r} on {subject.name}"
        sizes = tuple(expected.case.sizes.items())
        if found is None or found.shape != ours[0].shape:
            problem = "is missing" if found is None else f"has shape {found.shape}, not {ours[0].shape}"
            sentence = f"{what} {problem}"
            self.report.failures.append(
                Failure("gradient", subject.name, node, sentence, "", expected.case.name, sizes)
            )
            return
        dtype = subject.options.dtype
        measured = measure(found, *ours, self._epsilon(dtype), dtype)
        self.report.gradients.append(GradientReport(name, kind, subject.name, measured))
        if not measured.ok:
            sentence = (
                f"{what} is off by {measured.error:.3g} at {measured.place}; "
                f"rounding allows {measured.allowed:.3g}"
            )
            self.report.failures.append(
                Failure("gradient", subject.name, node, sentence, "", expected.case.name, sizes, measured)
            )

    def _raised(
        self, subject: Subject, node: str, when: str, error: Exception, seen: Situation | None = None
    ) -> None:
        text = " ".join(str(error).split()) or type(error).__name__
        sentence = f"{subject.name} raised {type(error).__name__} {when}: {text[:300]}"
        case = "" if seen is None else f"{seen.case.name}, {seen.mode}"
        sizes = () if seen is None else tuple(seen.case.sizes.items())
        self.report.failures.append(Failure("raised", subject.name, node, sentence, "", case, sizes))

    def _fail(
        self,
        kind: str,
        subject: Subject,
        node: Node,
        sentence: str,
        seen: Situation,
        *,
        cause: str = "",
        measured: Measured = NOTHING,
    ) -> None:
        case = f"{seen.case.name}, {seen.mode}" if seen.training else seen.case.name
        sizes = tuple(seen.case.sizes.items())
        self.report.failures.append(
            Failure(kind, subject.name, node.name, sentence, cause, case, sizes, measured)
        )


def _shapes_apart(found: Sequence[Array], expected: Sequence[Bounds]) -> str:
    if len(found) != len(expected):
        return f"{len(found)} results, not {len(expected)}"
    for actual, (value, _) in zip(found, expected, strict=True):
        if actual.shape != value.shape:
            return f"the shape {actual.shape}, not {value.shape}"
    return ""

"""What torch's compilers and tracers make of built models: the table of docs/equivalence-torch.md.

python -m tests.backends.torch.tracing [--write]
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from shapecheck import Model, bridge, ops
from tests.backends.torch.models import frames, video

PAGE = Path(__file__).parents[3] / "docs" / "equivalence-torch.md"
BEGIN, END = "<!-- tracing: begin -->", "<!-- tracing: end -->"
TRACED, OTHER_BATCH, OTHER_TIME = (2, 5), (3, 5), (3, 4)


def sequence(*layers: Any) -> Model:
    """Layers over (n, t, 3)."""
    return Model("n t 3", list(layers))


def convolutional() -> Model:
    """A convolutional LSTM, which is a loop over steps."""
    return Model("n t 3 8 6", [ops.ConvLSTM2d(2, 3, padding="same")])


MODELS: dict[str, Callable[[], Model]] = {
    "Conv2d per step, mean over time": frames,
    "Conv2d per step, LSTM": video,
    "Conv1d over time": lambda: Model("n t 3", [bridge("n t c -> n c t"), ops.Conv1d(4, 3, padding="same")]),
    "LSTM": lambda: sequence(ops.LSTM(4)),
    "LSTM, 2 layers, bidirectional": lambda: sequence(ops.LSTM(4, layers=2, bidirectional=True)),
    "LSTM, projected": lambda: sequence(ops.LSTM(4, projection=2)),
    "GRU": lambda: sequence(ops.GRU(4)),
    "RNN": lambda: sequence(ops.RNN(4)),
    "ConvLSTM2d": convolutional,
    "LayerNorm, GELU, Linear": lambda: sequence(ops.LayerNorm(), ops.GELU(), ops.Linear(2)),
}


def example(model: Model, lead: tuple[int, int]) -> torch.Tensor:
    """An input with this batch size and number of steps."""
    (shape,) = model.graph.inputs.values()
    return torch.randn(*lead, *shape[2:])


def compiled(network: torch.nn.Module, x: torch.Tensor) -> Any:
    """One graph without breaks; torch allows that for recurrent layers under a flag."""
    torch._dynamo.reset()
    with torch._dynamo.config.patch(allow_rnn=True):
        whole = torch.compile(network, fullgraph=True, backend="eager")
        whole(x)
    return whole


def exported(*dynamic: str) -> Callable[[torch.nn.Module, torch.Tensor], Any]:
    """torch.export with these axes dynamic, of the first two."""

    def export(network: torch.nn.Module, x: torch.Tensor) -> Any:
        axes = {index: torch.export.Dim(name) for index, name in enumerate(dynamic)}
        shapes = {"inputs": (axes,)} if dynamic else None
        return torch.export.export(network, (x,), dynamic_shapes=shapes).module()

    return export


def traced(network: torch.nn.Module, x: torch.Tensor) -> Any:
    """TorchScript by tracing."""
    return torch.jit.trace(network, (x,))


WAYS: dict[str, tuple[Callable[..., Any], tuple[tuple[int, int], ...]]] = {
    "`torch.compile(fullgraph=True)`": (compiled, (TRACED, OTHER_BATCH, OTHER_TIME)),
    "`torch.export`": (exported(), (TRACED,)),
    "`torch.export`, dynamic n": (exported("n"), (TRACED, OTHER_BATCH)),
    "`torch.export`, dynamic n and t": (exported("n", "t"), (TRACED, OTHER_BATCH, OTHER_TIME)),
    "`torch.jit.trace`": (traced, (TRACED, OTHER_BATCH, OTHER_TIME)),
}


def verdict(model: Model, make: Callable[..., Any], sizes: tuple[tuple[int, int], ...]) -> str:
    """ "yes", or what does not work."""
    network = model.build("torch", seed=0).eval()
    with torch.no_grad(), warnings.catch_warnings(), torch._dynamo.config.patch(allow_rnn=True):
        warnings.simplefilter("ignore")
        try:
            made = make(network, example(model, TRACED))
        except Exception as error:  # each way has refusals of its own kind; what it says is what is reported
            return reason(str(error))
        for lead in sizes:
            x = example(model, lead)
            try:
                found = made(x)
            except Exception:  # as above
                return f"not at another {changed(lead)}"
            if not torch.allclose(found, network(x), atol=1e-6):
                return f"other numbers at another {changed(lead)}"
    return "yes"


def changed(lead: tuple[int, int]) -> str:
    """Which size differs from the traced ones."""
    return "t" if lead[1] != TRACED[1] else "n"


def reason(message: str) -> str:
    """The part of torch's message that says what is the matter."""
    if "specialized it to be a constant" in message:
        return "no: torch fixes t"
    return f"no: {message.splitlines()[0][:80]}"


def table() -> str:
    """The rows of the page."""
    lines = [f"| model | {' | '.join(WAYS)} |", "|---" * (len(WAYS) + 1) + "|"]
    for name, make in MODELS.items():
        cells = [verdict(make(), *way) for way in WAYS.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def page(text: str, rows: str) -> str:
    """The page with the table put between its marks."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{rows}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    made = table()
    print(made)
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")

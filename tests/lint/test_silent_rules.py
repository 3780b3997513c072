"""The rules about code that runs: each asked directly, on events, for what it must and must not say."""

from __future__ import annotations

from typing import Any

import pytest

from shapecheck.algebra import Shape, symbol, symbols
from shapecheck.diagnostics.edits import applied as edited
from shapecheck.diagnostics.span import Edit
from shapecheck.ops.conv import Conv2d
from shapecheck.ops.reshaping import Reshape
from tests.lint.events import Read, Seen, applied, at, findings, layer, literal

N, C, H, W = symbols("n c h w")


def view(
    tensor: Seen, *targets: Any, sizes: tuple[Any, ...], name: str = "torch.Tensor.view", keep: int = 0
) -> Any:
    """A reshape whose written sizes are axes (by number), products of axes, "-1", or numbers."""
    origins = []
    names = "nchwd"
    for target in targets:
        if isinstance(target, tuple):
            origins.append(
                Read("*".join(names[axis] for axis in target), 3, *(tensor.axes[axis] for axis in target))
            )
        else:
            origins.append(None if target is None else literal(str(target), 4, int(target)))
    op = Reshape(sizes=sizes, keep=keep, verb=name.rpartition(".")[2])
    site = layer(2, name) if name.startswith("keras.layers") else None
    return applied(op, 4, tensor, name=name, callee="x.view", layer=site, origins={"shape": tuple(origins)})


def relabelled(event: Any) -> list[str]:
    return [found.message for found in findings(event) if found.code == "SHP301"]


def maps(*sizes: Any) -> Seen:
    return Seen(Shape(*(sizes or (N, C, H, W))))


def test_axes_named_in_another_order_are_reported_with_both_orders() -> None:
    event = view(maps(), (0,), (2, 3), (1,), sizes=(N, H * W, C))
    (found,) = findings(event)
    assert (found.code, found.severity) == ("SHP301", "warning")
    assert found.message == "view to (n, h*w, c) relabels the axes of (n, c, h, w) instead of moving them"
    assert found.help == (
        "x.permute(0, 2, 3, 1).reshape(n, h*w, c) moves them",
        "x.flatten(2).transpose(1, 2) is the same",
    )
    assert [(place.span.line, place.message) for place in found.related] == [
        (3, "n, c, h, w are the axes in this order")
    ]
    assert found.fix is not None and not found.fix.safe
    assert found.fix.edits == (Edit(at(4, 5, 11), "x.permute(0, 2, 3, 1).reshape"),)
    assert edited("\n\n\n    x.view(n, h*w, c)", found.fix.edits).endswith(
        "x.permute(0, 2, 3, 1).reshape(n, h*w, c)"
    )


@pytest.mark.parametrize(
    ("shape", "targets", "sizes"),
    [
        ((N, C, H, W), [(0,), (3,), (1, 2)], (N, W, C * H)),
        ((N, C, H, W), [(0,), None, (1,)], (N, -1, C)),
        ((N, C, H, W), [(0,), (2, 3), 64], (N, H * W, C)),
        ((N, 64, 7, 7), [None, (1,)], (-1, 64)),
        ((N, 5, 40), [(1,), (0,), (2,)], (5, N, 40)),
        ((4, N, 40), [(1,), None], (N, -1)),
    ],
)
def test_every_way_to_name_all_axes_in_another_order_is_reported(
    shape: Any, targets: Any, sizes: Any
) -> None:
    assert len(relabelled(view(maps(*shape), *targets, sizes=sizes))) == 1


@pytest.mark.parametrize(
    ("shape", "targets", "sizes", "why"),
    [
        ((N, C, H, W), [(0,), (1,), (2, 3)], (N, C, H * W), "the same order"),
        ((N, C, H, W), [(0,), None], (N, -1), "a flatten"),
        ((N, C, H, W), [(0, 1), (2,), (3,)], (N * C, H, W), "axes joined in order"),
        ((N, 5, 64), [(0,), (1,), 8, 8], (N, 5, 8, 8), "heads: the features are split in two"),
        ((N, C, 1, 1), [(0,), (2,), (1,)], (N, 1, C), "an axis of size 1 moves nothing"),
        ((symbol("layers"), N, 40), [(1,), None], (N, -1), "an unnamed axis that may be 1"),
        ((1, N, 40), [(1,), None], (N, -1), "a single layer's state"),
        ((N, C, H, W), [None, (1,)], (-1, C), "maps that may be 1 by 1"),
        ((N, C, H, W), [(0,), (0,), None], (N, N, -1), "an axis named twice"),
    ],
)
def test_what_moves_nothing_or_is_in_doubt_is_not_reported(
    shape: Any, targets: Any, sizes: Any, why: str
) -> None:
    assert relabelled(view(maps(*shape), *targets, sizes=sizes)) == [], why


def test_a_reshape_layer_keeps_the_batch() -> None:
    images = maps(N, H, W, C)
    event = view(images, (3,), (1, 2), sizes=(C, H * W), name="keras.layers.Reshape", keep=1)
    assert relabelled(event) == [
        "Reshape to (n, w, c*h) relabels the axes of (n, c, h, w) instead of moving them"
    ]
    assert relabelled(view(images, (1, 2), (3,), sizes=(H * W, C), name="keras.layers.Reshape", keep=1)) == []


def test_axes_that_were_joined_must_be_taken_apart_in_their_order() -> None:
    video = Seen(Shape(N, 10, C, H, W))
    frames = Seen(Shape(N * 10, C, H, W), made_by=(Reshape(sizes=(N * 10, C, H, W)), (video,), False))
    batch, steps = (Read(name, 3, video.axes[axis]) for axis, name in enumerate(("b", "t")))

    def unfolded(*origins: Any, sizes: tuple[Any, ...]) -> list[Any]:
        op = Reshape(sizes=sizes, verb="view")
        origins = (*origins, literal("-1", 4, -1))
        event = applied(op, 4, frames, name="torch.Tensor.view", callee="x.view", origins={"shape": origins})
        return findings(event)

    assert unfolded(batch, steps, sizes=(N, 10, -1)) == []
    (found,) = unfolded(steps, batch, sizes=(10, N, -1))
    assert found.message == "view to (t, b, -1) relabels the axes of ((b t), c, h, w) instead of moving them"
    assert found.help == ("take them apart in their own order first, (b, t, c, h, w), and then move them",)
    assert found.fix is None


def conv_maps(*sizes: Any) -> Seen:
    op = Conv2d(16, 3)
    return Seen(Shape(*sizes), made_by=(op, (Seen(Shape(sizes[0], 3, 9, 9)),), False))


def folded(tensor: Seen, row: int) -> list[str]:
    event = view(tensor, "-1", str(row), sizes=(-1, row))
    return [found.message for found in findings(event) if found.code == "SHP307"]


def test_rows_that_straddle_samples_are_reported() -> None:
    assert folded(conv_maps(N, 16, 5, 5), 320) == [
        "view makes rows of 320 elements of samples that have 400 (16*5*5): rows mix samples"
    ]


@pytest.mark.parametrize("row", [400, 200, 25, 800])
def test_rows_that_end_where_samples_end_are_not(row: int) -> None:
    assert folded(conv_maps(N, 16, 5, 5), row) == []


def test_rows_of_a_tensor_that_need_not_be_a_batch_are_not() -> None:
    assert folded(Seen(Shape(N, 16, 5, 5)), 320) == []


def heads(*targets: Any, sizes: tuple[Any, ...], tensor: Seen | None = None) -> list[str]:
    return relabelled(view(tensor or Seen(Shape(N, 10, 512)), *targets, sizes=sizes))


def test_heads_that_are_split_off_before_the_steps_are_reported() -> None:
    (message,) = heads((0,), "8", (1,), "64", sizes=(N, 8, 10, 64))
    assert message == (
        "view to (n, 8, c, 64) relabels the axes of (n, c, 512): 8 is split off a later axis, but stands before c"
    )
    (found,) = findings(view(Seen(Shape(N, 10, 512)), (0,), "8", (1,), "64", sizes=(N, 8, 10, 64)))
    assert found.help == ("x.view(n, c, 8, 64) splits it, .transpose(1, 2) then moves it",)


@pytest.mark.parametrize(
    ("targets", "sizes", "shape"),
    [
        (((0,), (1,), "8", "64"), (N, 10, 8, 64), (N, 10, 512)),  # where they belong
        (((0,), "1", (1,), "512"), (N, 1, 10, 512), (N, 10, 512)),  # a new axis of 1 moves nothing
        (
            ("8", (0,), (1,), "64"),
            (8, N, 10, 64),
            (N, 10, 512),
        ),  # an axis of parts in front of the batch: unusual
        (((0,), "8", (1,), "64"), (N, 8, 1, 64), (N, 1, 512)),  # one step is at its place anyway
        (((0,), "8", "10", "64"), (N, 8, 10, 64), (N, 10, 512)),  # numbers name no axis
    ],
)
def test_other_splits_are_not(targets: Any, sizes: Any, shape: Any) -> None:
    assert heads(*targets, sizes=sizes, tensor=Seen(Shape(*shape))) == []

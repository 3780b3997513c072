"""The smallest change that mends each broken example: what stands there, and what to put instead.

A mended file must run and must lint clean, which shows that exactly one mistake was planted in it.
"""

from __future__ import annotations

Edits = tuple[tuple[str, str], ...]

PYTORCH: dict[str, Edits] = {
    "attention_of_another_width.py": (("embed_dim=128", "embed_dim=64"),),
    "attention_without_transpose.py": (("(queries, keys)", "(queries, keys.transpose(-2, -1))"),),
    "batchnorm_features.py": (("BatchNorm2d(in_channels)", "BatchNorm2d(out_channels)"),),
    "call_without_state.py": (
        ("cell(frames[:, 0])", "cell(frames[:, 0], torch.zeros(2, 16, 32, 32), torch.zeros(2, 16, 32, 32))"),
    ),
    "channels_last_data.py": (("conv(images)", "conv(images.permute(0, 3, 1, 2))"),),
    "channels_of_previous_conv.py": (("Conv2d(32, 2 * filters", "Conv2d(filters, 2 * filters"),),
    "concatenation_on_wrong_axis.py": (("dim=1", "dim=-1"),),
    "contract_promises_each_step.py": (("outputs[:, -1]", "outputs"),),
    "contradicting_convolutions.py": (("Conv2d(64, 128", "Conv2d(32, 128"),),
    "contradicting_linears.py": (("Linear(64, classes)", "Linear(128, classes)"),),
    "contradicting_sequential.py": (("BatchNorm2d(32)", "BatchNorm2d(16)"),),
    "conv2d_fed_video.py": (
        ("self.conv(clips)", "self.conv(clips.flatten(0, 1))"),
        ("self.pool(maps).flatten(2)", "self.pool(maps).flatten(1).unflatten(0, clips.shape[:2])"),
    ),
    "einsum_letters.py": (("weights, maps)", "weights, maps.transpose(1, 2))"),),
    "expand_an_axis_that_is_not_one.py": (("steps=10", "steps=12"),),
    "flatten_forgets_time.py": (("start_dim=1", "start_dim=2"),),
    "groups_do_not_divide.py": (("groups=5", "groups=6"),),
    "heads_do_not_divide.py": (("heads=8", "heads=5"),),
    "initial_state_of_one_layer.py": (("torch.zeros(1, batch", "torch.zeros(2, batch"),),
    "kernel_larger_than_input.py": (("kernel_size=5", "kernel_size=5, padding=2"),),
    "last_sample_of_a_batch.py": (("hidden_size)\n", "hidden_size, batch_first=True)\n"),),
    "layernorm_over_wrong_size.py": (("LayerNorm(features)", "LayerNorm(2 * hidden_size)"),),
    "linear_for_another_image_size.py": (("64 * 8 * 8, 120", "64 * 7 * 7, 120"),),
    "linear_on_wrong_axis.py": (("self.project(x)", "self.project(x.transpose(1, 2))"),),
    "loss_of_column_and_row.py": (("(predictions, targets)", "(predictions.squeeze(1), targets)"),),
    "loss_over_steps.py": (("criterion(logits, labels)", "criterion(logits.transpose(1, 2), labels)"),),
    "lstm_sized_for_smaller_maps.py": (("= 64 * 7 * 7", "= 64 * 14 * 14"),),
    "lstm_sized_for_whole_maps.py": (("input_size=64 * 7 * 7", "input_size=64"),),
    "missing_reshape.py": (
        ("self.lstm(maps)", "self.lstm(maps.flatten(2).transpose(1, 2))"),
        ("nn.LSTM(28", "nn.LSTM(32"),
    ),
    "permute_three_of_four_axes.py": (("maps.permute(0, 2, 1)", "maps.flatten(2).permute(0, 2, 1)"),),
    "pooled_maps_indexed_as_maps.py": (("pooled.shape[3]", "pooled.shape[2]"),),
    "pool_padding_too_wide.py": (("stride=2, padding=3", "stride=2, padding=1"),),
    "reflection_wider_than_map.py": (("nn.ReflectionPad2d(3)", "nn.ZeroPad2d(3)"),),
    "residual_of_another_width.py": (("ResidualBlock(16, 32)", "ResidualBlock(16, 16)"),),
    "rows_across_samples.py": (("x.view(-1, 320)", "x.flatten(1)"), ("Linear(320", "Linear(16 * 5 * 5")),
    "skip_connection_of_odd_size.py": (("2, 1, 25, 25", "2, 1, 24, 24"),),
    "softmax_over_batch.py": (("dim=0", "dim=1"),),
    "split_of_three_gates.py": (("4 * hidden", "3 * hidden"),),
    "step_after_the_last.py": (("[:, STEPS]", "[:, STEPS - 1]"),),
    "steps_and_features_exchanged.py": (("maps.flatten(2)\n", "maps.flatten(2).transpose(1, 2)\n"),),
    "transpose_axis_out_of_range.py": (("transpose(1, 3)", "transpose(1, 2)"),),
    "unpack_five_axes_of_four.py": (("torch.randn(4, 3", "torch.randn(4, 1, 3"),),
    "view_exchanges_time_and_batch.py": (("features.reshape(t, n, f)", "features.transpose(0, 1)"),),
    "view_of_another_size.py": (("64, 7 * 7)  #", "64, 14 * 14)  #"), ("LSTM(7 * 7", "LSTM(14 * 14")),
    "view_relabels_axes.py": (
        (
            "x.view(batch_size, height * width, channels)",
            "x.view(batch_size, channels, height * width).transpose(1, 2)",
        ),
    ),
    "view_with_two_unknown_sizes.py": (("x.view(-1, t, -1)", "x.view(n, t, -1)"),),
}

KERAS: dict[str, Edits] = {
    "attention_without_transpose.py": (("(queries, keys)", "(queries, ops.transpose(keys, (0, 2, 1)))"),),
    "channels_first_data.py": (("4, 3, 32, 32", "4, 32, 32, 3"),),
    "contract_of_another_length.py": (("ops.ones((8, 100))", "ops.ones((8, 25))"),),
    "contradicting_layers.py": (("(1, 48)", "(1, 32)"),),
    "conv2d_fed_video.py": (
        (
            'layers.Conv2D(32, (3, 3), activation="relu")(',
            'layers.TimeDistributed(layers.Conv2D(32, (3, 3), activation="relu"))(',
        ),
    ),
    "dense_on_wrong_axis.py": (("shared(right)", "shared(layers.Permute((2, 1))(right))"),),
    "einsum_letters.py": (("weights, channels)", "weights, maps)"),),
    "flatten_forgets_time.py": (("layers.Flatten()", "layers.TimeDistributed(layers.Flatten())"),),
    "groups_do_not_divide.py": (("groups=4", "groups=3"),),
    "image_through_time_distributed.py": (("keras.Input((32,", "keras.Input((7, 32,"),),
    "initial_state_of_another_width.py": (("LSTM(32,", "LSTM(64,"),),
    "kernel_larger_than_input.py": (("filters, 3, activ", 'filters, 3, padding="same", activ'),),
    "loss_over_steps.py": (("return_sequences=True", "return_sequences=False"),),
    "missing_reshape.py": (("LSTM(128)(x)", "LSTM(128)(layers.Reshape((14 * 14, 64))(x))"),),
    "permute_of_three_axes.py": (("(maps)", "(layers.Reshape((-1, 32))(maps))"),),
    "pooled_maps_indexed_as_maps.py": (
        ("pooled.shape[3]", "pooled.shape[2]"),
        (", input_shape=input_shape", ""),
    ),
    "reshape_of_another_size.py": (("(7 * 7, 64)", "(14 * 14, 64)"),),
    "reshape_relabels_axes.py": (("width))(maps)", "width))(layers.Permute((3, 1, 2))(maps))"),),
    "residual_of_another_width.py": (("filters=32", "filters=16"),),
    "skip_connection_of_odd_size.py": (("25, 25", "24, 24"),),
    "split_into_uneven_gates.py": (("3 * units", "4 * units"),),
    "step_after_the_last.py": (("outputs[:, 10, :]", "outputs[:, 9, :]"),),
    "stride_with_dilation.py": (("strides=2, ", ""),),
    "transpose_forgets_time.py": (("(0, 3, 1, 2)", "(0, 1, 4, 2, 3)"),),
    "unpack_five_axes_of_four.py": (("normal((4, 32", "normal((4, 1, 32"),),
}

REPAIRS = {"pytorch": PYTORCH, "keras": KERAS}


def mended(source: str, edits: Edits) -> str:
    """The source with each text replaced, in code only: the docstring at the top keeps its words."""
    docstring, quotes, code = source.partition('"""\n\n')
    for old, new in edits:
        assert old in code, f"nothing to mend: {old!r} is not in the file"
        code = code.replace(old, new)
    return docstring + quotes + code

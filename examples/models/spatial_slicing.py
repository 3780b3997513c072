"""Cutting a feature map into steps: by rows, by columns, or place by place in either scan order."""

from shapecheck import Model, bridge, ops

_stem = [ops.Conv2d(8, 3, padding="same"), ops.ReLU()]
_head = [ops.LSTM(32), ops.LastStep(), ops.Linear(4)]

rows = Model("n 1 h 20", [*_stem, bridge.rows(), *_head])  # n c h w -> n h (c w)
columns = Model("n 1 12 w", [*_stem, bridge.columns(), *_head])  # n c h w -> n w (c h)
row_major = Model("n 1 h w", [*_stem, bridge.positions(), *_head])  # n c h w -> n (h w) c
column_major = Model("n 1 h w", [*_stem, bridge.positions(order="w h"), *_head])  # n c h w -> n (w h) c

if __name__ == "__main__":
    print(columns)

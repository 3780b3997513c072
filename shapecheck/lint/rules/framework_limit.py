"""The framework does not do what another one would.

## What it does

Reports operations that are sound in themselves, but that this framework refuses: Keras has no convolution
with both strides and dilation, for example.

## Why is this bad?

Making or calling the layer raises an error in this framework, while the same model works in another. A model
that is to run in several keeps clear of it.

## Example

```python
import keras

images = keras.Input((64, 64, 3))
maps = keras.layers.Conv2D(16, 3, strides=2, dilation_rate=2)(images)
```

## Use instead

```python
import keras

images = keras.Input((64, 64, 3))
maps = keras.layers.Conv2D(16, 3, dilation_rate=2)(images)
maps = keras.layers.MaxPooling2D(2)(maps)
```
"""

from __future__ import annotations

from shapecheck.lint.rules.reading import read as check

__all__ = ["check"]

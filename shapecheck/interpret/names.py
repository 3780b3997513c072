"""Canonical dotted names: every way to import a thing leads to one; what snippets mean by unbound names."""

from __future__ import annotations

# The longest matching prefix is replaced; applied until nothing changes.
_PREFIXES: dict[str, str] = {
    "tensorflow.compat.v1": "tensorflow",
    "tensorflow.compat.v2": "tensorflow",
    "tensorflow.python.keras": "keras",
    "tensorflow.keras": "keras",
    "tensorflow": "tf",
    "tf.keras": "keras",
    "tf_keras": "keras",
    "keras.api": "keras",
    "keras.src": "keras",
    "keras.layers.core": "keras.layers",
    "keras.layers.convolutional": "keras.layers",
    "keras.layers.pooling": "keras.layers",
    "keras.layers.recurrent": "keras.layers",
    "keras.layers.normalization": "keras.layers",
    "keras.layers.embeddings": "keras.layers",
    "keras.layers.merge": "keras.layers",
    "keras.layers.merging": "keras.layers",
    "keras.layers.wrappers": "keras.layers",
    "keras.layers.rnn": "keras.layers",
    "keras.layers.reshaping": "keras.layers",
    "keras.layers.regularization": "keras.layers",
    "keras.layers.attention": "keras.layers",
    "keras.layers.activations": "keras.layers",
    "keras.layers.activation": "keras.layers",
    "keras.layers.advanced_activations": "keras.layers",
    "keras.layers.local": "keras.layers",
    "keras.layers.noise": "keras.layers",
    "keras.engine.topology": "keras.layers",
    "keras.engine.base_layer": "keras.layers",
    "keras.engine.training": "keras",
    "keras.engine": "keras.layers",
    "torch.nn.modules.module.Module": "torch.nn.Module",
    "torch.nn.parameter": "torch.nn",
    "torch.nn.modules.activation": "torch.nn",
    "torch.nn.modules.adaptive": "torch.nn",
    "torch.nn.modules.batchnorm": "torch.nn",
    "torch.nn.modules.container": "torch.nn",
    "torch.nn.modules.conv": "torch.nn",
    "torch.nn.modules.dropout": "torch.nn",
    "torch.nn.modules.linear": "torch.nn",
    "torch.nn.modules.loss": "torch.nn",
    "torch.nn.modules.module": "torch.nn",
    "torch.nn.modules.normalization": "torch.nn",
    "torch.nn.modules.padding": "torch.nn",
    "torch.nn.modules.pooling": "torch.nn",
    "torch.nn.modules.rnn": "torch.nn",
    "torch.nn.modules.sparse": "torch.nn",
    "torch.nn.modules.transformer": "torch.nn",
    "torch.nn.modules.upsampling": "torch.nn",
    "torch.nn.modules": "torch.nn",
    "jax.numpy": "jax.numpy",
}
_EXACT: dict[str, str] = {
    "keras.models.Sequential": "keras.Sequential",
    "keras.models.Model": "keras.Model",
    "keras.models.Functional": "keras.Model",
    "keras.Functional": "keras.Model",
    "keras.engine.training.Model": "keras.Model",
    "keras.layers.Model": "keras.Model",
    "keras.layers.Input": "keras.Input",
    "keras.layers.InputLayer": "keras.layers.InputLayer",
    "keras.Layer": "keras.layers.Layer",
    "keras.layers.Sequential": "keras.Sequential",
    "keras.layers.Convolution1D": "keras.layers.Conv1D",
    "keras.layers.Convolution2D": "keras.layers.Conv2D",
    "keras.layers.Convolution3D": "keras.layers.Conv3D",
    "keras.layers.MaxPool1D": "keras.layers.MaxPooling1D",
    "keras.layers.MaxPool2D": "keras.layers.MaxPooling2D",
    "keras.layers.MaxPool3D": "keras.layers.MaxPooling3D",
    "keras.layers.AvgPool1D": "keras.layers.AveragePooling1D",
    "keras.layers.AvgPool2D": "keras.layers.AveragePooling2D",
    "keras.layers.AvgPool3D": "keras.layers.AveragePooling3D",
    "torch.Tensor.__init__": "torch.Tensor.__init__",
    "shapecheck.contracts.contract": "shapecheck.contract",
    "shapecheck.contracts.check": "shapecheck.check",
    "shapecheck.contracts.decorator.contract": "shapecheck.contract",
    "shapecheck.contracts.checking.check": "shapecheck.check",
}

# What people mean by a name that a pasted snippet uses without binding it.
CONVENTIONAL: dict[str, str] = {
    "np": "numpy",
    "numpy": "numpy",
    "tf": "tf",
    "torch": "torch",
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "keras": "keras",
    "layers": "keras.layers",
    "K": "keras.backend",
    "Variable": "torch.autograd.Variable",
    "optim": "torch.optim",
    "einops": "einops",
    "rearrange": "einops.rearrange",
    "repeat": "einops.repeat",
    "plt": "matplotlib.pyplot",
    "pd": "pandas",
    "math": "math",
    "os": "os",
    "random": "random",
    "reveal_shape": "shapecheck.reveal_shape",
}

# Never followed into files of the project, even if a folder of that name lies beside the file.
FOREIGN = frozenset(
    ("torch", "tensorflow", "keras", "numpy", "einops", "jax", "tf_keras", "scipy", "typing", "math", "os", "sys",
     "shapecheck")
)  # fmt: skip

_canonical: dict[str, str] = {}


def canonical(name: str) -> str:
    """The one name of a thing that may be imported in many ways."""
    found = _canonical.get(name)
    if found is None:
        found = _canonical[name] = _canonicalise(name)
    return found


def _canonicalise(name: str) -> str:
    for _ in range(8):
        before = name
        exact = _EXACT.get(name)
        if exact is not None:
            return exact
        end = len(name)
        while end > 0:
            replacement = _PREFIXES.get(name[:end])
            if replacement is not None and replacement != name[:end]:
                name = replacement + name[end:]
                break
            end = name.rfind(".", 0, end)
        if name == before:
            break
    return name

"""Foreign classes: which derives from which, for the members that instances of user classes inherit from them."""

from __future__ import annotations

_BASES: dict[str, str] = {
    "torch.nn.Sequential": "torch.nn.Module",
    "torch.nn.ModuleList": "torch.nn.Module",
    "torch.nn.ModuleDict": "torch.nn.Module",
    "torch.jit.ScriptModule": "torch.nn.Module",
    "pytorch_lightning.LightningModule": "torch.nn.Module",
    "lightning.LightningModule": "torch.nn.Module",
    "lightning.pytorch.LightningModule": "torch.nn.Module",
    "pytorch_lightning.core.LightningModule": "torch.nn.Module",
    "keras.Sequential": "keras.Model",
    "keras.Model": "keras.layers.Layer",
    "keras.layers.Wrapper": "keras.layers.Layer",
    "tf.Module": "",
}
MODULE = "torch.nn.Module"
KERAS_LAYER = "keras.layers.Layer"


def bases(name: str) -> list[str]:
    """A foreign class and what it derives from, nearest first."""
    found = [name]
    while True:
        base = _BASES.get(name)
        if base is None:
            base = _by_prefix(name)
        if not base or base in found:
            return found
        found.append(base)
        name = base


def _by_prefix(name: str) -> str:
    if name.startswith("torch.nn.") and name.count(".") == 2 and name[9:10].isupper():
        if name in (MODULE, "torch.nn.Parameter"):
            return ""
        return MODULE
    if name.startswith("keras.layers.") and name[13:14].isupper() and name != KERAS_LAYER:
        return KERAS_LAYER
    return ""


def is_model_base(name: str) -> bool:
    """True for a foreign class whose subclasses are models or layers."""
    chain = bases(name)
    return MODULE in chain or KERAS_LAYER in chain

"""Models of shapecheck as torch.nn.Modules."""

from shapecheck_torch.network import Network
from shapecheck_torch.torch_backend import TorchBackend

backend = TorchBackend()

__all__ = ["Network", "TorchBackend", "backend"]

"""One einsum letter for two sizes: k is 49 places in the weights and 64 channels in the maps.

Repair: "nqk,nkc->nqc" with the places second, maps.flatten(2).transpose(1, 2).
"""

import torch

weights = torch.softmax(torch.randn(8, 4, 49), dim=-1)
maps = torch.randn(8, 64, 7, 7).flatten(2)
pooled = torch.einsum("nqk,nkc->nqc", weights, maps)  # expect: SHP116
print(pooled.shape)

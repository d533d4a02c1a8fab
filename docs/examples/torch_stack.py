"""A PyTorch network that `scorefield import` takes, written as safetensors with NumPy alone.

python torch_stack.py net.safetensors
"""
import json, struct, sys
import numpy as np
import torch
from torch import nn

D, E, WIDTH = 2, 32, 64

net = nn.Sequential(
    nn.Linear(D + E, WIDTH), nn.SiLU(),
    nn.Linear(WIDTH, WIDTH), nn.SiLU(),
    nn.Linear(WIDTH, D))

def features(t):                       # time-embedding: {kind: sinusoidal, dimension: 32}
    angle = t[:, None] * 10000.0 ** (-torch.arange(E // 2) / (E // 2))
    return torch.cat([angle.sin(), angle.cos()], dim=1)

def predict(x, t):                     # v at level t = 1 .. T of a schedule in steps
    return net(torch.cat([x, features(t)], dim=1))

def save(path, tensors):               # safetensors.torch.save_file(net.state_dict(), path) does the same
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = np.ascontiguousarray(tensor.numpy()).tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    # ... train net here ...
    save(sys.argv[1], net.state_dict())

"""Samples an ONNX file of `scorefield export CHECKPOINT --onnx-sampler FILE` with ONNX Runtime, without Scorefield.

python onnx_sample.py sampler.onnx COUNT samples.npy
"""
import sys
import numpy as np
import onnxruntime

if len(sys.argv) != 4:
    sys.exit(__doc__)
session = onnxruntime.InferenceSession(sys.argv[1])
count, random = int(sys.argv[2]), np.random.default_rng()
inputs = {}
for need in session.get_inputs():
    shape = [count if isinstance(length, str) else length for length in need.shape]  # the open axis is N
    if need.name not in ("noise", "step_noise"):
        sys.exit(f"this example makes noise; the input {need.name} {shape} is yours to give")
    inputs[need.name] = random.standard_normal(shape, dtype=np.float32)
(samples,) = session.run(["samples"], inputs)
np.save(sys.argv[3], samples)

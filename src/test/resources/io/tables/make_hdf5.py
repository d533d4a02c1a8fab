"""Makes the HDF5 files beside it, with h5py 3.7 and HDF5 1.10: python3 make_hdf5.py"""

import os

import h5py
import numpy as np

folder = os.path.dirname(os.path.abspath(__file__))
points = np.arange(24, dtype=np.float32).reshape(12, 2) / 4

with h5py.File(os.path.join(folder, "one.h5"), "w", libver="earliest") as file:
    file.create_dataset("points", data=points, chunks=(5, 2), compression="gzip", shuffle=True)
    file.attrs["made"] = "for a test"

with h5py.File(os.path.join(folder, "several.h5"), "w", libver="latest") as file:
    run = file.create_group("run")
    run.create_dataset("points", data=points.astype(">f8"), chunks=(4, 1), compression="gzip", shuffle=True, fletcher32=True)
    run.create_dataset("fields", data=np.arange(24, dtype=np.int16).reshape(2, 3, 4), chunks=(1, 3, 4), compression="lzf")
    columns = file.create_group("columns")
    columns["x"] = np.array([1.5, 2.5, np.nan])
    columns["n"] = np.array([1, 2, 3], dtype=np.uint8)
    columns["city"] = np.array([b"Oslo", b"Rome", b"Bern"])
    table = np.zeros(3, dtype=[("x", "<f4"), ("k", "<i8")])
    table["x"] = [0.25, 0.5, 0.75]
    table["k"] = [7, 8, 9]
    file["table"] = table
    file["title"] = "a scalar"

with h5py.File(os.path.join(folder, "columns.h5"), "w") as file:
    file["y"] = np.array([1.0, 2.0])
    file["x"] = np.array([3.0, 4.0])

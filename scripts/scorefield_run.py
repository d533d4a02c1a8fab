"""Reads the folder of a Scorefield run into NumPy arrays.

One file without dependencies but NumPy: copy it to where you need it. Python 3.9 or later. Where pandas is installed,
tables and samples are there as data frames too; where pyarrow is, samples in Parquet files are read.

    import scorefield_run
    run = scorefield_run.read("runs/circle")
    run.metrics["plain"]["physical-loss"].value
    run.samples["plain"]            # array (N, D), the columns are run.components
    scorefield_run.points("more.parquet")   # any file of samples

docs/walkthrough.md reads a run step by step, docs/formats.md has every file.
"""

import csv
import json
import os
import struct
import warnings
from collections import namedtuple

import numpy as np

Metric = namedtuple("Metric", "value standard_error noise_floor samples")
Metric.__doc__ = "A metric; standard_error and noise_floor are NaN where they are not known."


class Run:
    """What a folder has. Tables are dicts of arrays by column; an empty cell is NaN.

    folder      the path
    experiment  the experiment's name
    config      the configuration as a dict
    components  the names of the samples' columns; empty for a sweep
    metrics     Metric by method and name
    failed      messages by the name of what failed
    losses      metrics.csv: step, learning-rate, data-loss, physics-loss, held-out-loss
    levels      levels.csv: step, noise-level, x0hat-error, residual
    samples     arrays (N, D) by method; "posterior NAME" of an inverse problem
    runs        paths of the runs of a sweep by name, such as "hidden-64/seed-1"
    """

    def __init__(self, folder):
        self.folder = folder
        summary = _json(os.path.join(folder, "summary.json"))
        header = _header(os.path.join(folder, "checkpoint.safetensors"))
        self.runs = _runs(folder)
        if summary is None and header is None and not self.runs:
            raise ValueError(f"{folder}: not the folder of a run: it has no summary.json and no checkpoint.safetensors")
        summary = summary or {}
        model = json.loads(header["model"]) if header else {}
        self.experiment = summary.get("experiment", "")
        self.config = summary.get("config") or (json.loads(header["config"]) if header else {})
        self.components = list(model.get("components", []))
        self.metrics = {
            method: {name: _metric(tree) for name, tree in metrics.items()}
            for method, metrics in summary.get("metrics", {}).items()
        }
        self.failed = dict(summary.get("failed", {}))
        self.losses = _table(os.path.join(folder, "metrics.csv"))
        self.levels = _table(os.path.join(folder, "levels.csv"))
        self.samples = _samples(folder)

    def frame(self, method="plain"):
        """The samples of a method as a pandas data frame with named columns."""
        samples = self.samples[method]
        names = self.components
        return _pandas().DataFrame(samples, columns=names if len(names) == samples.shape[1] else None)

    def metrics_frame(self):
        """All metrics as a pandas data frame, a row a method and metric."""
        rows = [(method, name) + tuple(metric) for method, metrics in self.metrics.items() for name, metric in metrics.items()]
        return _pandas().DataFrame(rows, columns=("method", "metric") + Metric._fields)

    def __repr__(self):
        return f"<Scorefield run {self.folder}: {self.experiment}, samples of {', '.join(self.samples) or 'no method'}>"


def read(folder):
    """Reads a run, a training without samples, or a sweep."""
    folder = os.fspath(folder)
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"there is no folder {folder}")
    return Run(folder)


def points(path):
    """The numbers of a file of samples, an array (N, D): .npy, .npz, .parquet or a folder of Parquet files.

    Rows of Parquet are put in the order of their column `sample`, which is no column of the array.
    """
    path = os.fspath(path)
    if path.endswith(".npy"):
        return np.load(path)
    if path.endswith(".npz"):
        with np.load(path) as archive:
            return archive["samples"]
    return _parquet(path)


def _parquet(path):
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise ImportError(
            "Parquet needs pyarrow; without it 'scorefield convert FILE.parquet FILE.npy' makes a file that NumPy reads"
        ) from error
    table = pyarrow.parquet.read_table(path)
    columns = {name: np.asarray(table.column(name)) for name in table.column_names}
    number = columns.pop("sample", None)
    for name, column in columns.items():
        if column.dtype.kind not in "fiub":
            raise ValueError(f"{path}: column '{name}' has no numbers")
    single = all(column.dtype == np.float32 for column in columns.values())
    array = np.column_stack([column.astype(np.float32 if single else np.float64) for column in columns.values()])
    return array if number is None else array[np.argsort(number, kind="stable")]


def _metric(tree):
    numbers = (tree.get("value"), tree.get("standard-error"), tree.get("noise-floor"))
    return Metric(*(float("nan" if number is None else number) for number in numbers), int(tree.get("samples") or 0))


def _json(path):
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        try:
            return json.load(file)
        except ValueError as error:
            raise ValueError(f"{path}: not a summary: {error}") from error


def _header(path):
    """The metadata of a checkpoint: eight bytes with the length of a header in JSON, then the header."""
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        start = file.read(8)
        size = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 0 < size <= os.path.getsize(path) - 8:
            raise ValueError(f"{path}: not a safetensors file")
        return json.loads(file.read(size).decode("utf-8"))["__metadata__"]


def _table(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return {
        name: np.array([float(row[column]) if row[column] else np.nan for row in rows]) for column, name in enumerate(header)
    }


def _samples(folder):
    samples = {}
    for name in sorted(os.listdir(folder)):
        stem, extension = os.path.splitext(name)
        method = _method(stem)
        if extension not in (".npy", ".parquet") or not method:
            continue
        try:
            samples[method] = points(os.path.join(folder, name))
        except ImportError as error:
            warnings.warn(f"{name} is left out: {error}", stacklevel=4)
    return samples


def _method(stem):
    """The method whose samples a file of a run has; none of other files."""
    if stem == "samples":
        return "plain"
    if stem.startswith("samples-"):
        return stem[len("samples-"):]
    return "posterior " + stem[len("posterior-"):] if stem.startswith("posterior-") else None


def _runs(folder):
    """The runs within: NAME/seed-S of variants and combinations, or seed-S."""
    runs = {}
    for outer in sorted(os.listdir(folder)):
        path = os.path.join(folder, outer)
        if outer.startswith("seed-") and os.path.isdir(path):
            runs[outer] = path
        elif os.path.isdir(path):
            for inner in sorted(os.listdir(path)):
                if inner.startswith("seed-") and os.path.isdir(os.path.join(path, inner)):
                    runs[outer + "/" + inner] = os.path.join(path, inner)
    return runs


def _pandas():
    try:
        import pandas
    except ImportError as error:
        raise ImportError("data frames need pandas; without it use samples and metrics, which are arrays and dicts") from error
    return pandas

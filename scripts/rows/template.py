"""What a row would cost if a kernel were compiled for its kind alone: what it uses is then known, and nothing is asked.

A copy of kernels/ is compiled in which `uses` of a row is a constant. Everything else stays: where the arrays lie, and how they
are read and written.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from sass.cubin import Kernel, read_kernels

from .call import ROOT, USES, Call

FIELD = "  uint32_t uses;\n"


class TemplateError(Exception):
    pass


def compiled(call: Call, uses: int, declaration: str) -> Kernel:
    """A kernel for rows with these uses. declaration: of the kernel, in C++."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "kernels")
        shutil.copytree(ROOT / "kernels", copy)
        tables = copy / "include/tables.cuh"
        text = tables.read_text()
        if text.count(FIELD) != 1:
            raise TemplateError(f"{ROOT}/kernels/include/tables.cuh has no line '{FIELD.strip()}'")
        tables.write_text(text.replace(FIELD, f"  static constexpr uint32_t uses = {uses};\n  uint32_t stored_uses;\n"))
        source = Path(folder, "one.cu")
        source.write_text(declaration)
        # As kernels/build.sh does.
        ptx, cubin = source.with_suffix(".ptx"), source.with_suffix(".cubin")
        flags = ["-std=c++17", "-O3", "-ptx", "-arch=compute_80", "--fmad=false", "-I", str(copy / "include"), "-I", str(copy)]
        for command in (["nvcc", *flags, str(source), "-o", str(ptx)], ["nvcc", "-cubin", "-arch=sm_90", str(ptx), "-o", str(cubin)]):
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise TemplateError(f"nvcc cannot compile {call.shape.kernel} for one kind of row: {done.stderr.splitlines()[:1]}")
        return read_kernels(cubin)[call.shape.kernel]


def uses_of(kind: dict) -> int:
    return sum(USES[name] for name in kind["uses"])

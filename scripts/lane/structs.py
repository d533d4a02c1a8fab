"""Layouts of the structs that kernels are given, read from their headers: tables.cuh and model.cuh."""

import re
from dataclasses import dataclass
from pathlib import Path
from struct import pack

SIMPLE = {"int32_t": 4, "uint32_t": 4, "float": 4, "int64_t": 8, "uint64_t": 8, "double": 8}


@dataclass
class Struct:
    name: str
    fields: dict[str, tuple[int, str]]  # name -> offset, type
    size: int
    align: int


def layouts(*headers: Path) -> dict[str, Struct]:
    """Every struct of the headers that is made of numbers, enums, pointers and such structs."""
    text = "\n".join(re.sub(r"//[^\n]*", "", header.read_text()) for header in headers)
    sizes = dict(SIMPLE) | {name: 4 for name in re.findall(r"enum class (\w+)", text)}
    found: dict[str, Struct] = {}
    for name, body in re.findall(r"\nstruct (\w+) \{\n(.*?)\n\};", text, re.S):
        struct = Struct(name, {}, 0, 4)
        for kind, rest in re.findall(r"(?:const )?((?:unsigned long long)|\w+)\b\s*([^;()]*);", body):
            for one in rest.split(","):
                one = one.strip()
                size, align = (8, 8) if "*" in rest else extent(kind, sizes, found)
                struct.align = max(struct.align, align)
                at = -(-struct.size // align) * align
                struct.fields[one.strip("* ")] = at, "pointer" if "*" in rest else kind
                struct.size = at + size
        struct.size = -(-struct.size // struct.align) * struct.align
        found[name] = struct
    return found


def extent(kind: str, sizes, found) -> tuple[int, int]:
    if kind in found:
        return found[kind].size, found[kind].align
    if kind not in sizes:
        raise KeyError(f"the type {kind} of a struct is not known")
    return sizes[kind], sizes[kind]


def put(structs: dict[str, Struct], name: str, values: dict) -> bytes:
    """A struct as bytes; fields that are not named are 0."""
    struct = structs[name]
    data = bytearray(struct.size)
    for field, value in values.items():
        at, kind = struct.fields[field]
        if isinstance(value, dict):
            part = put(structs, kind, value)
        elif kind == "float":
            part = pack("<f", value)
        else:
            part = (value & (1 << 64) - 1).to_bytes(8, "little")[: 8 if kind in ("pointer", "int64_t", "uint64_t") else 4]
        data[at : at + len(part)] = part
    return bytes(data)


def words(data: bytes, at: int) -> dict[int, int]:
    """Bytes as the words of a memory."""
    return {at + k: int.from_bytes(data[k : k + 4], "little") for k in range(0, len(data), 4)}

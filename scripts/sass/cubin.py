"""Reads a cubin: an ELF file with the machine code of kernels."""

import struct
from dataclasses import dataclass, field

# Attributes of .nv.info, as `cuobjdump -elf` names them.
EIATTR_INDIRECT_BRANCH_TARGETS = 0x34
EIATTR_FRAME_SIZE = 0x11
EIATTR_REGCOUNT = 0x2F


@dataclass
class Kernel:
    name: str
    code: bytes
    registers: int = 0
    frame: int = 0  # bytes of stack a thread
    parts: dict[int, str] = field(default_factory=dict)  # start of a function in the section -> its name
    tables: dict[int, list[int]] = field(default_factory=dict)  # address of an indirect branch -> its targets
    constants: dict[int, bytes] = field(default_factory=dict)  # bank -> what it holds before a launch
    steps: dict = field(default_factory=dict, repr=False)  # address -> an instruction as a lane has it (scripts/lane)


class CubinError(Exception):
    pass


def read_kernels(path) -> dict[str, Kernel]:
    """The kernels of a cubin by name."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:5] != b"\x7fELF\x02" or len(data) < 64:
        raise CubinError(f"{path} is no cubin: it does not begin as a 64-bit ELF file does")
    (start,) = struct.unpack_from("<Q", data, 0x28)
    size, count, names_at = struct.unpack_from("<HHH", data, 0x3A)
    headers = [struct.unpack_from("<IIQQQQIIQQ", data, start + i * size) for i in range(count)]

    def content(header):
        return data[header[4] : header[4] + header[5]]

    names = content(headers[names_at])
    sections = {text_at(names, header[0]): (i, header) for i, header in enumerate(headers)}
    kernels = {}
    by_section = {}
    for name, (index, header) in sections.items():
        if name.startswith(".text."):
            kernel = Kernel(name[len(".text.") :], content(header))
            kernels[kernel.name] = by_section[index] = kernel
    symbols = read_symbols(content(sections[".symtab"][1]), content(sections[".strtab"][1]))
    for name, kind, section, value in symbols:
        if kind == 2 and section in by_section and value:
            by_section[section].parts[value] = name.split("$")[-1]
    for kind, value in attributes(content(sections[".nv.info"][1])):
        if kind in (EIATTR_REGCOUNT, EIATTR_FRAME_SIZE):
            symbol, number = struct.unpack("<II", value)
            kernel = kernels.get(symbols[symbol][0])
            if kernel is not None:
                setattr(kernel, "registers" if kind == EIATTR_REGCOUNT else "frame", number)
    for kernel in kernels.values():
        for name, (_, header) in sections.items():
            if name.startswith(".nv.constant") and name[13:] in ("", "." + kernel.name):
                kernel.constants[int(name[12])] = content(header)
        section = sections.get(".nv.info." + kernel.name)
        for kind, value in attributes(content(section[1])) if section else ():
            if kind == EIATTR_INDIRECT_BRANCH_TARGETS:
                kernel.tables.update(branch_tables(value))
    return kernels


def text_at(strings: bytes, at: int) -> str:
    return strings[at : strings.index(b"\0", at)].decode()


def read_symbols(table: bytes, strings: bytes):
    """(name, kind, section, value) of every symbol."""
    found = []
    for at in range(0, len(table), 24):
        name, info, _, section, value, _ = struct.unpack_from("<IBBHQQ", table, at)
        found.append((text_at(strings, name), info & 15, section, value))
    return found


def attributes(data: bytes):
    """(attribute, value) of a section .nv.info. Format 4 has its own length, the others two bytes."""
    at = 0
    while at + 4 <= len(data):
        form, kind, length = struct.unpack_from("<BBH", data, at)
        at += 4
        value = b""
        if form == 4:
            value = data[at : at + length]
            at += length
        yield kind, value


def branch_tables(value: bytes):
    """Entries of: address, two halves unused, number of targets, the targets; all in bytes of the section."""
    at = 0
    tables = {}
    while at + 12 <= len(value):
        address, _, _, count = struct.unpack_from("<IHHI", value, at)
        at += 12
        tables[address] = list(struct.unpack_from(f"<{count}I", value, at))
        at += 4 * count
    return tables

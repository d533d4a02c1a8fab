"""Names and kinds of the machine instructions of compute capability 7.0 to 9.0.

The low 9 bits of an instruction are its operation, bits 9 to 11 the form of its operands (register, constant, immediate).
NVIDIA documents the names, not the numbers: selftest.py compiles a line of PTX for each number that decides something.
An operation that is not in the table is printed as its number and counted as `other`; none is dropped.
"""

MUFU_FUNCTIONS = ("COS", "SIN", "EX2", "LG2", "RCP", "RSQ", "RCP64H", "RSQ64H", "SQRT", "TANH")

# Kinds, in the order of the report's columns.
KINDS = (
    "mufu", "hmma", "ffma", "fp32", "fp64", "integer", "conversion",
    "shared", "global", "generic", "local", "constant", "barrier", "control", "other",
)  # fmt: skip

_TABLE = {
    "mufu": {0x108: "MUFU"},
    "hmma": {0x03C: "HMMA", 0x037: "IMMA", 0x1F0: "HGMMA"},
    "ffma": {0x023: "FFMA"},
    "fp32": {
        0x020: "FMUL", 0x021: "FADD", 0x008: "FSEL", 0x009: "FMNMX", 0x00A: "FSET", 0x00B: "FSETP", 0x102: "FCHK",
        0x030: "HADD2", 0x035: "HFMA2",
    },
    "fp64": {0x028: "DMUL", 0x029: "DADD", 0x02A: "DSETP", 0x02B: "DFMA"},
    "integer": {
        0x002: "MOV", 0x003: "P2R", 0x004: "R2P", 0x005: "CS2R", 0x007: "SEL", 0x00C: "ISETP", 0x010: "IADD3", 0x011: "LEA",
        0x012: "LOP3", 0x013: "IABS", 0x016: "PRMT", 0x019: "SHF", 0x01C: "PLOP3", 0x024: "IMAD", 0x025: "IMAD.WIDE",
        0x027: "IMAD.HI", 0x036: "VIADD", 0x046: "VIADDMNMX", 0x048: "VIMNMX", 0x100: "FLO", 0x101: "BREV", 0x109: "POPC",
        0x082: "UMOV", 0x087: "USEL", 0x08C: "UISETP", 0x090: "UIADD3", 0x091: "ULEA", 0x092: "ULOP3", 0x099: "USHF",
        0x0A4: "UIMAD", 0x0A5: "UIMAD.WIDE", 0x0BD: "UFLO", 0x0BF: "UPOPC", 0x0CA: "R2UR", 0x119: "S2R", 0x1C3: "S2UR",
    },
    "conversion": {
        0x03E: "F2FP", 0x045: "I2FP", 0x104: "F2F", 0x105: "F2I", 0x106: "I2F", 0x107: "FRND",
        0x110: "F2F.64", 0x111: "F2I.64", 0x112: "I2F.64", 0x113: "FRND.64",
    },
    "shared": {0x184: "LDS", 0x188: "STS", 0x03B: "LDSM", 0x18C: "ATOMS", 0x18D: "ATOMS.CAS"},
    "global": {
        0x181: "LDG", 0x186: "STG", 0x1A8: "ATOMG", 0x1A9: "ATOMG.CAS", 0x18E: "RED", 0x1AE: "LDGSTS",
        0x1B4: "UTMALDG", 0x1BA: "UBLKCP",
    },
    "generic": {0x180: "LD", 0x185: "ST", 0x18A: "ATOM", 0x18B: "ATOM.CAS"},
    "local": {0x183: "LDL", 0x187: "STL"},
    "constant": {0x182: "LDC", 0x0B9: "ULDC"},
    "barrier": {
        0x11D: "BAR", 0x192: "MEMBAR", 0x1AB: "ERRBAR", 0x18F: "CCTL", 0x11A: "DEPBAR", 0x1AF: "LDGDEPBAR",
        0x1A7: "SYNCS", 0x1C5: "WARPGROUP",
        0x148: "WARPSYNC", 0x11B: "ENDCOLLECTIVE", 0x189: "SHFL", 0x006: "VOTE", 0x086: "VOTEU", 0x1C4: "REDUX",
    },
    "control": {
        0x147: "BRA", 0x149: "BRX", 0x158: "BRXU", 0x144: "CALL", 0x150: "RET", 0x14D: "EXIT", 0x145: "BSSY", 0x141: "BSYNC",
        0x142: "BREAK", 0x146: "YIELD", 0x155: "BMOV", 0x156: "BMOV", 0x118: "NOP", 0x15D: "NANOSLEEP",
    },
}  # fmt: skip

NAMES = {number: name for kind in _TABLE.values() for number, name in kind.items()}
KIND_OF = {number: kind for kind, names in _TABLE.items() for number in names}

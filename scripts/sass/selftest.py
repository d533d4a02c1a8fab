"""Tests the decoder against the assembler: every line of snippets.txt is PTX and the machine instruction it must become.

    scripts/sass/selftest.py [PTXAS]

The numbers of machine instructions are not documented; what PTX does is. A second test finds branches, loops and paths
in a kernel whose loops are known.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sass.cubin import read_kernels
from sass.instruction import decode
from sass.report import complaints, report

HEAD = ".version 8.0\n.target sm_90\n.address_size 64\n.extern .shared .align 16 .b8 sh[];\n"
ENTRY = """.visible .entry {name}(.param .u64 pp, .param .u64 qq) {{
  .reg .b64 p, q, r<9>; .reg .b32 a, b, c, d, e, i<9>; .reg .f32 x, y, z, w, f<9>; .reg .f64 u, v, g; .reg .pred t, s;
  .local .align 16 .b8 l[64];
  ld.param.u64 p, [pp]; ld.param.u64 q, [qq]; cvta.to.global.u64 p, p;
  mov.u32 e, %tid.x; mul.wide.u32 r8, e, 64; add.u64 p, p, r8;
  ld.global.b32 a, [p]; ld.global.b32 b, [p+4]; ld.global.b32 c, [p+8];
  ld.global.f32 x, [p+12]; ld.global.f32 y, [p+16]; ld.global.f32 z, [p+20];
  ld.global.f64 u, [p+24]; ld.global.f64 v, [p+32]; ld.global.b64 r1, [p+40];
  {body} ret;
}}
"""
# Two loops: 100 trips of 8 tanh each, after each a choice between a cheap way and one through 40 sines.
LOOPS = (
    "mov.u32 i1, 0; OUTER: mov.u32 i2, 0; INNER: "
    + "tanh.approx.f32 x, x; " * 8
    + "add.u32 i2, i2, 1; setp.lt.u32 t, i2, a; .pragma \"nounroll\"; @t bra INNER; setp.eq.u32 s, i1, b; @s bra SKIP; "
    + "sin.approx.f32 y, y; " * 40
    + "SKIP: add.u32 i1, i1, 1; setp.lt.u32 t, i1, c; .pragma \"nounroll\"; @t bra OUTER; add.f32 x, x, y; st.global.f32 [p], x;"
)


def main() -> int:
    assembler = sys.argv[1] if len(sys.argv) > 1 else "ptxas"
    lines = (Path(__file__).parent / "snippets.txt").read_text().splitlines()
    snippets = [tuple(part.strip() for part in line.split("->")) for line in lines if line.strip()]
    text = HEAD + "".join(ENTRY.format(name=f"k{n}", body=body) for n, (body, _) in enumerate(snippets))
    text += ENTRY.format(name="loops", body=LOOPS)
    with tempfile.TemporaryDirectory() as folder:
        source, cubin = Path(folder, "s.ptx"), Path(folder, "s.cubin")
        source.write_text(text)
        subprocess.run([assembler, "-arch=sm_90", str(source), "-o", str(cubin)], check=True)
        kernels = read_kernels(cubin)
    faults = []
    for n, (body, wanted) in enumerate(snippets):
        names = [i.name for i in decode(kernels[f"k{n}"].code)]
        for name in wanted.split():
            if name not in names:
                faults.append(f"{body} should become {name}, was {' '.join(names)}")
    faults += loops(kernels["loops"])
    for fault in faults:
        print("selftest: " + fault, file=sys.stderr)
    return 1 if faults else 0


def loops(kernel) -> list[str]:
    entry = {"kernel": "loops", "loop": {"around": "MUFU.TANH", "trips": [100]}, "work": {"MUFU.TANH": 800}}
    cheap = report(entry, kernel)
    dear = report(entry | {"work": {"MUFU.TANH": 800, "MUFU.SIN": 40}}, kernel)
    impossible = report(entry | {"work": {"MUFU.COS": 1}}, kernel)
    grown = cheap.figures() | {"slots": cheap.slots * 94 // 100}
    checks = {
        "a trip has 800 tanh": cheap.counts["MUFU.TANH"] == 800,
        "the shortest path has no sine": cheap.counts["MUFU.SIN"] == 0,
        "work leads through the sines": dear.counts["MUFU.SIN"] == 40,
        "an inner trip is 8 tanh and a few more": 800 + 3 * 100 <= cheap.slots <= 800 + 6 * 100,
        "work that is nowhere is told": bool(impossible.missing) and len(complaints(impossible)) == 2,
        "5 % more is told": "issue slots" in "".join(complaints(replaced(cheap, grown))),
        "the same is not": not complaints(replaced(cheap, cheap.figures())),
        "spills are told": "spills" in "".join(complaints(replaced(cheap, cheap.figures() | {"local": -1}))),
    }
    return [name for name, good in checks.items() if not good]


def replaced(one, figures):
    one.entry = one.entry | {"figures": figures}
    return one


if __name__ == "__main__":
    sys.exit(main())

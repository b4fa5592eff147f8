"""Make the fonts that figures and reports carry: a part of Noto Sans CJK SC under a name of its own.

Also the part of these that most pages carry, which is kept ready (alone: `python tools/make_fonts.py --pages`).

Usage: `python tools/make_fonts.py [FOLDER]`, where FOLDER holds `NotoSansCJK-Regular.ttc` and
`NotoSansCJK-Bold.ttc` (Debian's package `fonts-noto-cjk` puts them into its default). Same input, same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

FAMILY = "Casework Sans SC"
SOURCE_FACE = "Noto Sans CJK SC"
DEBIAN_FOLDER = Path("/usr/share/fonts/opentype/noto")
TARGET = Path(__file__).resolve().parents[1] / "src/casework/figures/fonts"
MADE = 3_786_912_000  # 1 January 2024 in seconds since 1904: a fixed date, so that the bytes are reproducible

RANGES = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0x17F),  # Latin-1, Latin Extended-A
    (0x1CD, 0x1DC),  # Pinyin
    (0x2C6, 0x2DD),  # spacing accents
    (0x370, 0x3FF),  # Greek
    (0x400, 0x45F),  # Cyrillic, in GB 2312
    (0x2000, 0x206F),  # punctuation
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20BF),  # currency
    (0x2100, 0x218F),  # letter-like signs, fractions, Roman numerals
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x2300, 0x23FF),  # technical
    (0x2460, 0x24FF),  # circled numbers
    (0x2500, 0x25FF),  # boxes, blocks, geometric shapes
    (0x2600, 0x27BF),  # symbols, check marks
    (0x3000, 0x303F),  # CJK punctuation
    (0x3040, 0x30FF),  # kana, in GB 2312
    (0x3100, 0x312F),  # Bopomofo
    (0x3220, 0x33FF),  # enclosed CJK, CJK units
    (0xFE30, 0xFE4F),  # CJK compatibility forms
    (0xFF00, 0xFFEF),  # full-width and half-width forms
)


def gb2312() -> set[int]:
    """Characters of GB 2312, its 6763 Chinese ones among them."""
    pairs = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    decoded = (pair.decode("gb2312", errors="ignore") for pair in pairs)
    return {ord(char) for char in decoded if char}


def wanted() -> set[int]:
    """Code points that the fonts are to hold, where the source has them."""
    return gb2312().union(*(range(low, high + 1) for low, high in RANGES))


def face(path: Path) -> TTFont:
    """Simplified Chinese face of a collection."""
    for font in TTCollection(path).fonts:
        if str(font["name"].getDebugName(1)).startswith(SOURCE_FACE):
            return font
    raise SystemExit(f"{path} has no face {SOURCE_FACE}")


def subset(font: TTFont, code_points: set[int]) -> None:
    """Keep only these characters, without hints and without features that figures do not use."""
    options = Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=code_points)
    subsetter.subset(font)


def rename(font: TTFont, style: str) -> None:
    """Give the font a name of its own, so that it never stands in for an installed one."""
    compact = FAMILY.replace(" ", "")
    names = {
        1: FAMILY,
        2: style,
        3: f"{compact}-{style};2.004",
        4: f"{FAMILY} {style}",
        6: f"{compact}-{style}",
    }
    table = font["name"]
    table.names = [record for record in table.names if record.platformID == 3 and record.langID == 0x409]
    for identifier, text in names.items():
        table.setName(text, identifier, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [names[6]]
    top.topDictIndex[0].FullName = names[4]
    top.topDictIndex[0].FamilyName = FAMILY
    font["head"].modified = font["head"].created = MADE


def pages() -> None:
    """Write the fonts of pages with common characters only."""
    from casework.report.fonts import COMMON, FACES, common_path
    from casework.report.fonts import subset as page_font

    for file, _ in FACES:
        path = common_path(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page_font(file, COMMON))
        print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB")


def main() -> None:
    """Write the fonts."""
    if sys.argv[1:] == ["--pages"]:
        pages()
        return
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEBIAN_FOLDER
    for style in ("Regular", "Bold"):
        font = face(folder / f"NotoSansCJK-{style}.ttc")
        font.recalcTimestamp = False
        subset(font, wanted())
        rename(font, style)
        path = TARGET / f"CaseworkSansSC-{style}.otf"
        font.save(path)
        print(f"{path.name}: {len(font.getBestCmap())} characters, {path.stat().st_size / 1e6:.2f} MB")
    pages()


if __name__ == "__main__":
    main()

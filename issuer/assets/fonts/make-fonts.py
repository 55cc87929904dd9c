#!/usr/bin/env python3
"""Makes the two font subsets beside this file. See README.md.

usage: /usr/bin/python3 make-fonts.py LIST_OF_8105 [DIRECTORY_OF_NOTO_TTC]

LIST_OF_8105 has one code point a line, written U+XXXX (通用规范汉字表).
"""
import os
import sys

from fontTools import subset
from fontTools.ttLib import TTCollection

SIMPLIFIED_CHINESE = 2  # the face's place in the collection
HERE = os.path.dirname(os.path.abspath(__file__))
LATIN_AND_SIGNS = [
    (0x0020, 0x007E), (0x00A0, 0x017F), (0x01CD, 0x01DC), (0x2010, 0x2027),
    (0x2030, 0x203B), (0x20AC, 0x20AC), (0x2103, 0x2103), (0x2116, 0x2116),
    (0x2160, 0x216B), (0x2460, 0x2473), (0x3000, 0x303F), (0xFF01, 0xFF5E),
    (0xFFE0, 0xFFE6),
]


def gb2312():
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                yield ord(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                pass


def gbk():
    """The ideographs of GBK: what machines in offices have written names with since 1995."""
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            for c in bytes([high, low]).decode("gbk", "ignore"):
                if 0x3400 <= ord(c) <= 0x9FFF:
                    yield ord(c)


def extensions():
    """Extensions B and later: the subsetter takes those that the font has."""
    return range(0x20000, 0x32000)


def standard_8105(path):
    with open(path, encoding="utf-8") as lines:
        return [int(line.strip()[2:], 16) for line in lines if line.startswith("U+")]


def latin_and_signs():
    return [c for first, last in LATIN_AND_SIGNS for c in range(first, last + 1)]


def display():
    with open(os.path.join(HERE, "display.txt"), encoding="utf-8") as text:
        return [ord(c) for c in text.read() if c not in "\r\n"] + list(range(0x20, 0x7F))


def make(collection, unicodes, output):
    options = subset.Options()
    options.layout_features = []  # we place glyphs ourselves: no kerning, no ligatures
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    font = TTCollection(collection).fonts[SIMPLIFIED_CHINESE]
    font.recalcTimestamp = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(set(unicodes)))
    subsetter.subset(font)
    font.save(os.path.join(HERE, output))
    print(output, len(font.getBestCmap()), "characters", os.path.getsize(os.path.join(HERE, output)), "bytes")


def main():
    ttc = sys.argv[2] if len(sys.argv) > 2 else "/usr/share/fonts/opentype/noto"
    text = list(gb2312()) + list(gbk()) + standard_8105(sys.argv[1]) + list(extensions()) + latin_and_signs()
    make(os.path.join(ttc, "NotoSerifCJK-Regular.ttc"), text, "certificate-text.otf")
    make(os.path.join(ttc, "NotoSerifCJK-Bold.ttc"), display(), "certificate-display.otf")


main()

"""The three typefaces of a page: how wide they set a text, and a copy of each cut down to the characters that are printed."""

import functools

import needed

font_files = needed.python_package("fontTools.ttLib")
subsetting = needed.python_package("fontTools.subset")

SONG, KAI, HEI = "Song", "Kai", "Hei"
# {typeface: (file, Debian package)}
SOURCES = {
    SONG: ("arphic/uming.ttc", "fonts-arphic-uming"),
    KAI: ("arphic/ukai.ttc", "fonts-arphic-ukai"),
    HEI: ("wqy/wqy-microhei.ttc", "fonts-wqy-microhei"),
}
# Tables that a page does not need, or that the font tools cannot cut down.
DROPPED = ["GSUB", "GPOS", "vhea", "vmtx", "VORG", "DSIG", "EBDT", "EBLC", "EBSC", "bdat", "bloc", "FFTM", "BDF"]


def source(font):
    """The file that the typeface is in, a collection of which the first font is used."""
    name, package = SOURCES[font]
    return needed.file(needed.FONTS / name, package)


@functools.cache
def advances(font):
    """How wide each character is, in parts of the type size."""
    file = font_files.TTFont(source(font), fontNumber=0)
    widths, unit = file["hmtx"], file["head"].unitsPerEm
    return {chr(code): widths[glyph][0] / unit for code, glyph in file.getBestCmap().items()}


def width(text, font, size):
    """How wide a line is, in points."""
    known = advances(font)
    return sum(known.get(character, 1.0) for character in text) * size


def have(text):
    """Whether all typefaces have all characters of a text."""
    return all(character in advances(font) for font in SOURCES for character in text)


def first_with(text, *fonts):
    """The first of the typefaces that has all characters of a text, or the last."""
    return next((font for font in fonts if all(character in advances(font) for character in text)), fonts[-1])


def cut(font, characters, path):
    """Writes the typeface with these characters only; answers with {character: number of its glyph}."""
    options = subsetting.Options(layout_features=[], hinting=False, name_IDs=["*"], notdef_outline=True)
    options.drop_tables += DROPPED
    file = font_files.TTFont(source(font), fontNumber=0)
    cutter = subsetting.Subsetter(options)
    cutter.populate(text="".join(sorted(characters)))
    cutter.subset(file)
    file.save(path)
    file = font_files.TTFont(path)
    return {chr(code): file.getGlyphID(glyph) for code, glyph in file.getBestCmap().items()}

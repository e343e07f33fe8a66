"""Writes pages as PDF files with the fonts in them, as page-making programs do."""

import re

import fonts
import needed

pymupdf = needed.python_package("pymupdf")

BLACK, SHADOW = "0 g", ".7 g"
# What page-making programs write into a font, in thousandths of the type size.
METRICS = {"FontBBox": "[-120 -260 1120 1000]", "Ascent": "1000", "Descent": "-260", "CapHeight": "860"}
# A map of characters has no more entries in one section.
SECTION = 100
# A word with the blank after it.
WORD = re.compile(r"[^ ]* |[^ ]+")


class Printer:
    """Writes pages with fonts that have the characters of all of them."""

    def __init__(self, pages, folder):
        characters = {character for page in pages for run in page.runs for character in run.text}
        self.files, self.glyphs = {}, {}
        for font in fonts.SOURCES:
            self.files[font] = folder / f"{font}.ttf"
            self.glyphs[font] = fonts.cut(font, characters, self.files[font])

    def write(self, page, path):
        """Writes a page."""
        document = pymupdf.open()
        sheet = document.new_page(width=page.width, height=page.height)
        numbers = {font: sheet.insert_font(fontname=font, fontfile=str(file)) for font, file in self.files.items()}
        drawn = [*page.graphics, *(self.drawn(run, page.height) for run in page.runs)]
        document.xref_set_key(sheet.xref, "Contents", f"{add_stream(document, drawn)} 0 R")
        # The fonts have the characters of all pages; files are written faster with those of this page only.
        document.subset_fonts()
        for font, number in numbers.items():
            self.finish(document, number, font)
        document.save(path, garbage=3, deflate=True)

    def drawn(self, run, height):
        """A line of type as PDF has it."""
        shown = f"<{self.codes(run.font, run.text)}> Tj"
        if run.blank_spacing:
            wider = f"> {-1000 * run.blank_spacing / run.size:.1f} <"
            shown = "[<" + wider.join(self.codes(run.font, word) for word in WORD.findall(run.text)) + ">] TJ"
        place = f"1 0 0 1 {run.x:.2f} {height - run.y:.2f} Tm"
        grey = SHADOW if run.shadow else BLACK
        return f"{grey} BT /{run.font} {run.size:.2f} Tf {run.spacing:.4f} Tc {place} {shown} ET"

    def codes(self, font, text):
        return "".join(f"{self.glyphs[font][character]:04x}" for character in text)

    def finish(self, document, number, font):
        """Gives a font its metrics, and a map of characters that has all of them: the one that MuPDF writes has not."""
        descendant = reference(document, number, "DescendantFonts")
        descriptor = reference(document, descendant, "FontDescriptor")
        for key, value in METRICS.items():
            document.xref_set_key(descriptor, key, value)
        document.xref_set_key(number, "ToUnicode", f"{add_stream(document, character_map(self.glyphs[font]))} 0 R")


def reference(document, number, key):
    """The number of the object that a key of another names."""
    return int(document.xref_get_key(number, key)[1].strip("[]").split()[0])


def add_stream(document, lines):
    """The number of a new object with these lines."""
    number = document.get_new_xref()
    document.update_object(number, "<<>>")
    document.update_stream(number, "\n".join(lines).encode())
    return number


def character_map(glyphs):
    """What says which character a glyph is."""
    yield "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def /CMapName /X def"
    yield "1 begincodespacerange <0000> <ffff> endcodespacerange"
    entries = sorted((glyph, ord(character)) for character, glyph in glyphs.items())
    for start in range(0, len(entries), SECTION):
        section = entries[start : start + SECTION]
        yield f"{len(section)} beginbfchar"
        yield from (f"<{glyph:04x}> <{code:04x}>" for glyph, code in section)
        yield "endbfchar"
    yield "endcmap CMapName currentdict /CMap defineresource pop end end"

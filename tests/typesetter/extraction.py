"""The programs that read the pages: PDFBox, pdftotext, and pdftotext in the order of drawing."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import needed

HELPER = Path(__file__).parent / "PdfBoxText.java"
# {library: Debian package}
LIBRARIES = {"pdfbox2": "libpdfbox2-java", "fontbox2": "libfontbox2-java", "commons-logging": "libcommons-logging-java"}


class Program(NamedTuple):
    """A program as the gold answers and the names of pages have it."""

    mode: str
    letter: str
    # Whether it leaves out type that lies over the same type.
    drops_shadows: bool


BOX, POP, RAW = Program("box", "b", False), Program("pop", "p", True), Program("raw", "r", False)


def check():
    """Ends with what to install if a program is missing."""
    needed.program("pdftotext", "poppler-utils")
    needed.program("java", "default-jdk-headless")
    needed.program("javac", "default-jdk-headless")
    libraries()


def libraries():
    return [str(needed.file(needed.JAVA / f"{name}.jar", package)) for name, package in LIBRARIES.items()]


def read(folder):
    """{program: {name: text}} of the PDF files in a folder, which is written to."""
    files = sorted(folder.glob("*.pdf"))
    pdfbox(folder)
    return {
        BOX: {file.stem: file.with_suffix(".txt").read_bytes().decode() for file in files},
        POP: {file.stem: pdftotext(file) for file in files},
        RAW: {file.stem: pdftotext(file, "-raw") for file in files},
    }


def pdfbox(folder):
    run("javac", "-encoding", "UTF-8", "-cp", ":".join(libraries()), "-d", folder, HELPER)
    run("java", "-cp", ":".join([str(folder), *libraries()]), HELPER.stem, folder)


def pdftotext(file, *options):
    return run("pdftotext", "-enc", "UTF-8", *options, file, "-").decode().replace("\f", "")


def run(*command):
    """What a command writes; when it fails, its complaint ends everything."""
    done = subprocess.run(command, capture_output=True)
    if done.returncode:
        sys.exit(f"{command[0]} failed with {done.returncode}:\n{done.stderr.decode(errors='replace')}")
    return done.stdout

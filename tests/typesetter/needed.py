"""What the typesetter needs from the machine, and what to install where it is missing.

Everything is where Debian's packages put it; the Python packages are those of requirements.txt.
"""

import importlib
import shutil
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).parent / "requirements.txt"
FONTS = Path("/usr/share/fonts/truetype")
JAVA = Path("/usr/share/java")


def python_package(name):
    """The imported package."""
    try:
        return importlib.import_module(name)
    except ImportError:
        sys.exit(f"no Python package {name.partition('.')[0]}; pip install -r {REQUIREMENTS}")


def file(path, package):
    """The path of a file that a Debian package brings."""
    if not path.exists():
        sys.exit(f"no {path}; apt-get install {package}")
    return path


def program(name, package):
    """The name of a program that a Debian package brings."""
    if shutil.which(name) is None:
        sys.exit(f"no program {name}; apt-get install {package}")
    return name

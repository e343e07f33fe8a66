"""PostgreSQL: the rules of COPY as a parser, and a server of our own for as long as a block runs."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path


def copy_rows(data):
    """The one-column rows that `COPY … WITH (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')` makes of `data`, None for NULL."""
    text = data.decode("utf-8")
    assert "\0" not in text, "PostgreSQL takes no NUL"
    assert "\x01" not in text and "\x02" not in text, "a record holds neither the quote nor the delimiter"
    assert "\r" not in text, "COPY would take a carriage return for a line end"
    rows = []
    for line in text.removesuffix("\n").split("\n"):
        if line == r"\.":
            break
        rows.append(line or None)
    return rows


def programs():
    """The folder with `initdb` and `pg_ctl`, or None when no server is installed."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


@contextlib.contextmanager
def server(bin_folder):
    """A server on a socket in a temporary folder, without a network port; gives the environment psql needs.

    It refuses to run as root, so root starts it as `nobody`."""
    as_user = ["runuser", "-u", "nobody", "--"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="jianbao-pg-") as folder:
        if as_user:
            shutil.chown(folder, "nobody")
        data = f"{folder}/data"

        def run(*command):
            subprocess.run([*as_user, *command], cwd=folder, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

        run(bin_folder / "initdb", "-D", data, "-U", "jianbao", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        settings = f"-k {folder} -c listen_addresses='' -c fsync=off"
        try:
            run(bin_folder / "pg_ctl", "-D", data, "-o", settings, "-l", f"{folder}/log", "-w", "start")
            yield {"PGHOST": folder, "PGUSER": "jianbao", "PGDATABASE": "postgres"}
        finally:
            if Path(data, "postmaster.pid").exists():
                run(bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")

#!/usr/bin/env python3
"""How a run that is left alone behaves: memory over time at full speed, memory behind a slow reader, from a new file to a durable line.

    cargo build --release
    tests/endurance.py memory --minutes 30     # resident memory while pages come as fast as they are read (10,000 taken away are remembered)
    tests/endurance.py slow --seconds 60       # the same behind a reader of one line a second
    tests/endurance.py arrival --files 1000    # from the rename of a file to its record on the disk (p50, p99, most)
    tests/endurance.py burst --files 100000    # all written at once, in a thousand folders: with events and by polling
    tests/endurance.py known --files 1000000   # start and cost of idling with so many files that were read before

Each prints its figures and fails when they are worse than is promised in docs/reliability.md. JIANBAO names another binary.
"""

import argparse
import ctypes
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("JIANBAO", ROOT / "target/release/jianbao"))
PAGE = (ROOT / "examples/pinghu-2022-03-28.txt").read_text(encoding="utf-8")

CONFIG = """version: 1
source:
  watch: {{ path: inbox, complete_when: rename, after: delete, remember: 10000 }}
stages: [normalize: {{}}, untangle_columns: {{}}, dehyphenate: {{}}, detect_articles: {{}}, stitch_jumps: {{}}, segment: {{}}, tag_topics: {{ topics: [builtin:gov-cn] }}, emit_ndjson: {{ path: {path} }}]
errors: {{ dead_letter: dead.ndjson }}
{checkpoint}
"""


def begin(folder, path, checkpoint=""):
    (folder / "inbox").mkdir(exist_ok=True)
    (folder / "jianbao.yaml").write_text(CONFIG.format(path=path, checkpoint=checkpoint), encoding="utf-8")
    log = open(folder / "log", "wb")
    return subprocess.Popen([BINARY, "run", "--quiet", "-c", folder / "jianbao.yaml"], stdin=subprocess.DEVNULL, stderr=log)


def end(process):
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=30)
    if code != 0:
        sys.exit(f"the run ended with {code}")


def resident(process):
    """MiB."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def drop(folder, number):
    """A page that has not been there before, under its final name at once."""
    hidden = folder / "inbox" / f".{number:09}.txt"
    hidden.write_text(f"第{number}号\n\n{PAGE}", encoding="utf-8")
    hidden.rename(folder / "inbox" / f"{number:09}.txt")


def feed(folder, stopped, waiting=200):
    """Keeps so many pages waiting in the inbox; gives how many were dropped."""
    number = 0
    while not stopped.is_set():
        room = waiting - sum(1 for _ in os.scandir(folder / "inbox"))
        for _ in range(max(room, 0)):
            drop(folder, number)
            number += 1
        time.sleep(0.05)
    return number


def watched(folder, process, seconds, every, also=lambda: None):
    """Resident memory over time, in MiB, while pages come; `also` is done each time that it is looked at."""
    stopped = threading.Event()
    feeder = threading.Thread(target=feed, args=(folder, stopped))
    feeder.start()
    begun, seen = time.monotonic(), []
    while time.monotonic() - begun < seconds and process.poll() is None:
        time.sleep(every)
        seen.append((time.monotonic() - begun, resident(process)))
        also()
    stopped.set()
    feeder.join()
    if process.poll() is not None:
        sys.exit(f"the run ended with {process.returncode}: {(folder / 'log').read_text(encoding='utf-8')[-2000:]}")
    return seen


def growth(seen):
    """MiB an hour, by the least squares line through the second half."""
    half = seen[len(seen) // 2 :]
    mean_t, mean_m = (sum(values) / len(half) for values in zip(*half))
    above = sum((t - mean_t) * (m - mean_m) for t, m in half)
    return above / sum((t - mean_t) ** 2 for t, _ in half) * 3600


def memory(folder, minutes):
    output = folder / "out/articles.ndjson"
    process = begin(folder, "out/articles.ndjson")
    read = Emptied(output)
    seen = watched(folder, process, minutes * 60, min(10, minutes * 6), read.look)
    end(process)
    records = read.look(kept=0)
    state = output.with_name("articles.ndjson.state").stat().st_size
    fourth = seen[len(seen) // 4][1]
    print(f"{minutes:g} min: {records} records, {read.at / 2**30:.1f} GiB; resident {fourth:.0f} MiB after a fourth of the time, "
          f"{seen[-1][1]:.0f} MiB at the end, most {max(m for _, m in seen):.0f} MiB; state {state / 2**20:.1f} MiB")
    tenths = [[] for _ in range(10)]
    for t, m in seen:
        tenths[min(9, int(t / minutes / 6))].append(m)
    print("median of each tenth of the time, MiB:", *(f"{statistics.median(tenth):.1f}" for tenth in tenths if tenth))
    print(f"growth in the second half {growth(seen):+.1f} MiB an hour")
    if seen[-1][1] > fourth * 1.1 + 8:
        sys.exit("resident memory grows")


class Emptied:
    """An output whose records are counted and whose blocks go back to the file system, so that hours of it need no more disk than
    minutes. To the run it is a file like any other, as long as ever."""

    HOLE = 0x01 | 0x02  # FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, linux/falloc.h

    def __init__(self, path):
        self.path, self.at, self.records = path, 0, 0
        self.fallocate = ctypes.CDLL(None, use_errno=True).fallocate64
        self.fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]

    def look(self, kept=16 << 20):
        """Records so far, but for those in the last `kept` bytes."""
        if not self.path.exists():
            return self.records
        with open(self.path, "r+b", buffering=0) as file:
            until = max(self.at, os.fstat(file.fileno()).st_size - kept)
            file.seek(self.at)
            while self.at < until and (chunk := file.read(min(1 << 20, until - self.at))):
                self.records += chunk.count(b"\n")
                self.at += len(chunk)
            if self.at and kept and self.fallocate(file.fileno(), self.HOLE, 0, self.at) != 0:
                sys.exit(f"the file system makes no holes in files: {os.strerror(ctypes.get_errno())}; set TMPDIR to one that does")
        return self.records


def slow(folder, seconds):
    os.mkfifo(folder / "pipe")
    process = begin(folder, "pipe", "checkpoint: { path: pipe.state }")
    stopped = threading.Event()
    lines = []

    def read():
        with open(folder / "pipe", "rb", buffering=0) as pipe:
            while not stopped.is_set():
                lines.append(pipe.readline(1 << 20))
                time.sleep(1)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    seen = watched(folder, process, seconds, 2)
    stopped.set()
    third = seen[len(seen) // 3][1]
    print(f"{seconds} s behind a reader of one line a second: {len(lines)} lines read; resident {third:.0f} MiB after a third of the "
          f"time, {seen[-1][1]:.0f} MiB at the end")
    process.kill()
    process.wait()
    if seen[-1][1] > third * 1.05 + 4:
        sys.exit("resident memory grows while it waits")


def arrival(folder, files):
    process = begin(folder, "out/articles.ndjson")
    drop(folder, 0)
    gone = lambda number: not (folder / "inbox" / f"{number:09}.txt").exists()
    while not gone(0):
        time.sleep(0.01)
    times = []
    for number in range(1, files + 1):
        begun = time.perf_counter()
        drop(folder, number)
        # `after: delete` takes a file away when its records are on the disk.
        while not gone(number):
            time.sleep(0.0005)
        times.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.02)
    end(process)
    times.sort()
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))]
    print(f"{files} files, from their rename to their records on the disk: p50 {at(0.5):.1f} ms, p99 {at(0.99):.1f} ms, most {times[-1]:.1f} ms")
    if at(0.99) > 100:
        sys.exit("p99 is above 100 ms")


SMALL = """version: 1
source:
  watch: {{ path: inbox, complete_when: rename, {options} }}
stages: [detect_articles: {{}}, emit_ndjson: {{ path: out/articles.ndjson, words: none }}]
"""


def begin_small(folder, options):
    (folder / "inbox").mkdir(exist_ok=True)
    (folder / "jianbao.yaml").write_text(SMALL.format(options=options), encoding="utf-8")
    log = open(folder / "log", "wb")
    return subprocess.Popen([BINARY, "run", "-c", folder / "jianbao.yaml"], stdin=subprocess.DEVNULL, stderr=log)


def small_page(number):
    return f"第{number}号\n今天上午，全市召开第{number}次会议。\n"


class Lines:
    """Lines of a file that grows."""

    def __init__(self, path):
        self.path, self.at, self.count = path, 0, 0

    def look(self):
        if self.path.exists():
            with open(self.path, "rb") as file:
                file.seek(self.at)
                while chunk := file.read(1 << 20):
                    self.count += chunk.count(b"\n")
                    self.at += len(chunk)
        return self.count

    def wait(self, count, seconds):
        begun = time.monotonic()
        while self.look() < count:
            if time.monotonic() - begun > seconds:
                sys.exit(f"{self.count} of {count} records after {seconds} s")
            time.sleep(0.02)
        return time.monotonic() - begun


def spread(folder, files):
    """Writes small pages into folders of a hundred, each under its final name at once."""
    for number in range(files):
        below = folder / "inbox" / f"{number // 100:05}"
        if number % 100 == 0:
            below.mkdir(parents=True, exist_ok=True)
        hidden = below / f".{number:07}.txt"
        hidden.write_text(small_page(number), encoding="utf-8")
        hidden.rename(below / f"{number:07}.txt")


def burst(folder, files):
    late = []
    for name, options in [("with events", "rescan: 1s"), ("by polling", "rescan: 1s, poll: true")]:
        own = folder / name.replace(" ", "-")
        own.mkdir()
        process = begin_small(own, options)
        lines = Lines(own / "out/articles.ndjson")
        begun = time.monotonic()
        spread(own, files)
        written = time.monotonic() - begun
        waited = lines.wait(files, 300)
        end(process)
        late.append(waited)
        print(f"{files} files written in {written:.1f} s, {name}: the last record {waited:.1f} s after the last file")
    if max(late) > 10:
        sys.exit("more than 10 s after the last file")


def seconds_of(process):
    """CPU time so far."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def known(folder, files):
    (folder / "inbox").mkdir()
    spread(folder, files)
    begun = time.monotonic()
    process = begin_small(folder, "once: true")
    if process.wait() != 0:
        sys.exit(f"the first run ended with {process.returncode}")
    first = time.monotonic() - begun
    lines = Lines(folder / "out/articles.ndjson")
    lines.wait(files, 1)
    # A start comes when what was written before has long reached the disk; the first record must not wait for that.
    os.sync()
    for name, options in [("with events", "rescan: 5s"), ("by polling", "rescan: 5s, poll: true")]:
        begun = time.monotonic()
        process = begin_small(folder, options)
        drop_small = folder / "inbox" / f"new-{name.split()[-1]}.txt"
        hidden = drop_small.with_name(".new")
        hidden.write_text(small_page(files), encoding="utf-8")
        hidden.rename(drop_small)
        lines.wait(lines.count + 1, 300)
        start = time.monotonic() - begun
        time.sleep(30)
        before, since = seconds_of(process), time.monotonic()
        time.sleep(120)
        idle = (seconds_of(process) - before) / (time.monotonic() - since)
        print(f"{files} known files, {name}: first record {start:.1f} s after the start, idling takes {idle:.2%} of a core, "
              f"resident {resident(process):.0f} MiB")
        end(process)
    state = (folder / "out/articles.ndjson.state").stat().st_size
    print(f"first run {first:.0f} s ({files / first:.0f} files a second), state {state / 2**20:.0f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("memory").add_argument("--minutes", type=float, default=30)
    commands.add_parser("slow").add_argument("--seconds", type=float, default=60)
    commands.add_parser("arrival").add_argument("--files", type=int, default=1000)
    commands.add_parser("burst").add_argument("--files", type=int, default=100_000)
    commands.add_parser("known").add_argument("--files", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if arguments.command == "memory":
            memory(folder, arguments.minutes)
        elif arguments.command == "slow":
            slow(folder, arguments.seconds)
        else:
            {"arrival": arrival, "burst": burst, "known": known}[arguments.command](folder, arguments.files)


if __name__ == "__main__":
    main()

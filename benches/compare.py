#!/usr/bin/env python3
"""Holds the default chain against the floor (benches/floor.rs): the same files, paired and interleaved runs, medians.

    cargo build --release --locked --bin jianbao --example floor
    benches/corpus.py target/pages
    benches/compare.py target/pages
    benches/compare.py target/pages --rounds 5 --before OTHER/jianbao    another build of jianbao beside this one

CPU time is user and system time together. Nothing else should run meanwhile; with paired runs what does weighs on both.
"""

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
STAGES = ["normalize", "untangle_columns", "dehyphenate", "detect_articles", "stitch_jumps", "segment", "tag_topics", "emit_ndjson"]


def measured(command):
    """CPU seconds, wall seconds and the most memory, in MiB, of a command whose output nobody reads."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - begun, usage.ru_maxrss / 1024


def configuration(folder, pos):
    path = Path(folder) / f"pos-{pos}.yaml"
    options = {"segment": f"pos: {str(pos).lower()}"}
    stages = "".join(f"  - {stage}: {{ {options.get(stage, '')} }}\n" for stage in STAGES)
    path.write_text(f"version: 1\nstages:\n{stages}", encoding="utf-8")
    return str(path)


def main():
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    reader.add_argument("folder", type=Path)
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--before", type=Path)
    options = reader.parse_args()
    files = sorted(map(str, options.folder.rglob("*.txt")))
    megabytes = sum(os.path.getsize(file) for file in files) / 1e6
    print(f"{len(files)} files, {megabytes:.1f} MB, {options.rounds} rounds")
    with tempfile.TemporaryDirectory() as folder:
        for pos in (True, False):
            config = configuration(folder, pos)
            run = lambda program, workers: [str(program), "run", "--quiet", "-c", config, "--workers", str(workers), *files]
            programs = {"floor": [str(TARGET / "examples/floor"), *(["--pos"] if pos else []), *files]}
            if options.before:
                programs["before, 1 worker"] = run(options.before, 1)
            programs |= {"1 worker": run(TARGET / "jianbao", 1), "2 workers": run(TARGET / "jianbao", 2)}
            found = {name: [] for name in programs}
            for _ in range(options.rounds):
                for name, command in programs.items():
                    found[name].append(measured(command))
            floor = median(cpu for cpu, _, _ in found["floor"])
            one = median(wall for _, wall, _ in found["1 worker"])
            print(f"\n{'with' if pos else 'without'} parts of speech      CPU s   MB/CPU s   x floor    wall s   x 1 worker   peak MiB")
            for name, runs in found.items():
                cpu, wall, memory = (median(column) for column in zip(*runs))
                print(f"{name:<24}{cpu:9.2f}{megabytes / cpu:11.1f}{cpu / floor:10.2f}{wall:10.2f}{wall / one:13.2f}{memory:11.0f}")


main()

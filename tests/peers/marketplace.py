"""A generated marketplace, served from its seed, with its truth; and what runs on it is measured.

Used by tests/peers/benchmark, tests/accuracy and tests/growth.
"""

import json
import os
import shlex
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SIDEDOOR = os.environ.get("SIDEDOOR_BINARY", f"{ROOT}/target/release/sidedoor")


def take(command, **more):
    """Standard output of a command that must succeed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"exit code {done.returncode}: {shlex.join(command)}")
    return done.stdout


def measured(command, log, allowed=(0,), **more):
    """Wall and CPU seconds, and peak MB, of one process; what it says goes to the file `log`."""
    begun = time.monotonic()
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, **more)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        with open(log, errors="replace") as out:
            sys.exit(f"exit code {process.returncode}: {shlex.join(command)}\n{out.read()[-2000:]}")
    return {
        "wall": time.monotonic() - begun,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss / 1000,
    }


class Marketplace:
    """Serves a marketplace while it is entered. Its truth stands in `truth`, a folder below `folder`."""

    def __init__(self, listings, seed, split, folder):
        self.words = ["--listings", str(listings), "--seed", str(seed), "--split", split]
        self.folder = folder
        self.truth = f"{folder}/truth"

    def __enter__(self):
        take([SIDEDOOR, "sandbox", "truth", *self.words, "--out", self.truth])
        self.server = subprocess.Popen(
            [SIDEDOOR, "sandbox", "serve", *self.words, "--port", "0"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        begun = self.server.stdout.readline()
        self.address = begun.split(" on ")[-1].split()[0]
        self.scan_words = shlex.split(self.server.stdout.readline())[1:]
        with open(next(f"{place}/market.json" for place in (self.truth, f"{self.truth}/truth")
                       if os.path.exists(f"{place}/market.json"))) as file:
            self.market = json.load(file)
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()

    def server_peak(self):
        """Peak MB of the server."""
        with open(f"/proc/{self.server.pid}/status") as status:
            return next(int(line.split()[1]) / 1000 for line in status if line.startswith("VmHWM"))

    def scan(self, case, *more):
        """Scans with the flags that the server names; what it cost."""
        words = [case if word == "my-case" else word for word in self.scan_words]
        # Findings, or a scope that was not seen whole, are no failures here.
        return measured([SIDEDOOR, *words, "--quiet", *more], f"{case}.log", allowed=(0, 1, 3))

    def shown(self):
        """How a reader would scan it."""
        return "sidedoor " + shlex.join(self.scan_words).replace(self.address, "127.0.0.1:PORT")

    def score(self, findings, *more):
        """The score of a file of findings."""
        command = [SIDEDOOR, "sandbox", "score", "--truth", self.truth, "--findings", findings]
        return json.loads(take([*command, "--format", "json", *more]))


def share(one, digits=3):
    """A share with its interval, for a table."""
    if one["value"] is None:
        return "–"
    return f"{one['value']:.{digits}f} ({one['low']:.{digits}f} to {one['high']:.{digits}f})"


def per_thousand(one):
    """The same of 1,000."""
    if one["value"] is None:
        return "–"
    value, low, high = (one[key] * 1000 for key in ("value", "low", "high"))
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def table(titles, rows):
    """A Markdown table, as a list of lines."""
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]

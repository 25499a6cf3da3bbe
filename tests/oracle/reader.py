"""What the reader says: `sidedoor inspect` on saved documents."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

# Techniques whose links the browser has no element for.
NO_ELEMENT = {"V29", "V30", "V31", "V32"}


def inspect(program: str, path: str, address: str) -> dict:
    """The facts of one document."""
    done = subprocess.run(
        [program, "inspect", path, "--base", address, "--format", "json"],
        capture_output=True,
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{path}: {done.stderr.decode(errors='replace')[:400]}")
    return json.loads(done.stdout)


def inspect_all(program: str, documents: list[tuple[str, str]], jobs: int) -> list[dict]:
    """The facts of many documents, each given as path and address."""
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(lambda d: inspect(program, *d), documents))


def says(link: dict) -> str:
    """One letter for what the reader says of a link at rest: seen on all screens, unseen on all,
    split between screens, or cannot tell."""
    seen = link["visibility"]
    if seen["state"] == "conditional":
        return "split" if seen.get("reveal") == "breakpoint" else "unseen"
    return {"visible": "seen", "hidden": "unseen", "unknown": "unknown"}[seen["state"]]


def why(link: dict) -> str:
    """The reader's grounds, in short."""
    seen = link["visibility"]
    grounds = [f"{e['technique']} {e['shows']}" for e in seen.get("evidence", [])[:2]]
    return "; ".join([seen["state"], seen.get("reveal", ""), seen.get("why", ""), *grounds])


def anchors(facts: dict) -> list[dict]:
    """Links that are anchors or areas, in the order of the document."""
    found = [link for link in facts["links"] if link["kind"] in ("anchor", "area")]
    return sorted(found, key=lambda link: (link.get("span") or {}).get("start", 0))


def has_element(link: dict) -> bool:
    """Whether a browser makes an element of the link."""
    return not NO_ELEMENT & set(link["visibility"].get("techniques", []))

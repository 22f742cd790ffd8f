"""Holds the resolved dependencies against the bans and licences of .deny.toml: a short `cargo deny check bans licenses`.

For machines without cargo-deny. Reads what `cargo tree` really builds, so that an optional dependency nobody asks for
does not count.
"""

import re
import subprocess
import sys
import tomllib

TREE = ["cargo", "tree", "--workspace", "--all-features", "--target", "all", "--edges", "normal,build,dev",
        "--prefix", "none", "--no-dedupe", "--locked", "--format", "{p}|{l}"]


def packages():
    lines = subprocess.run(TREE, check=True, capture_output=True, text=True).stdout.splitlines()
    found = set()
    for line in filter(None, lines):
        package, _, licence = line.partition("|")
        name, version = package.split()[:2]
        found.add((name, version.removeprefix("v"), licence))
    return sorted(found)


def numbers(version):
    return tuple(int(part) for part in re.split(r"[.+-]", version)[:3] if part.isdigit())


def is_banned(name, version, ban):
    banned, _, below = ban.partition(":<")
    return name == banned and (not below or numbers(version) < numbers(below))


def is_allowed(expression, allowed):
    """Reads an SPDX expression: AND binds closer than OR, and the old `A/B` means `A OR B`."""
    words = re.findall(r"[()]|[^()\s]+", expression.replace("/", " OR "))

    def either():
        value = both()
        while words and words[0] == "OR":
            words.pop(0)
            value = both() or value
        return value

    def both():
        value = one()
        while words and words[0] == "AND":
            words.pop(0)
            value = one() and value
        return value

    def one():
        word = words.pop(0)
        if word == "(":
            value = either()
            words.pop(0)
            return value
        if words[:1] == ["WITH"]:
            word = f"{word} {words.pop(0)} {words.pop(0)}"
        return word in allowed

    return bool(words) and either()


def main():
    with open(".deny.toml", "rb") as file:
        rules = tomllib.load(file)
    bans, allowed = rules["bans"]["deny"], set(rules["licenses"]["allow"])
    faults = []
    everything = packages()
    for name, version, licence in everything:
        faults += [f"{name} {version} is banned: {ban['reason']}" for ban in bans if is_banned(name, version, ban["crate"])]
        if not is_allowed(licence, allowed):
            faults.append(f"{name} {version} has a licence that is not allowed: {licence or 'none'}")
    print("\n".join(faults) or f"{len(everything)} packages, none banned, every licence allowed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

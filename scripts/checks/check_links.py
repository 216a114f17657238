#!/usr/bin/env python3
"""Checks the links between the repository's pages: every relative link of every Markdown file leads to a file or folder that is there, and
every #anchor to a heading, by GitHub's rule; every <doc:Name> leads to an article of the manual; every scripts/… that is named is there.

    scripts/checks/check_links.py [FILE.md ...]

Without arguments, all files that git tracks or would take. Prints a line for each broken link, and how many were looked at; the exit status
is 1 if one is broken. What lies behind https:// is not looked at. Needs git and the standard library.
"""

import functools
import pathlib
import re
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$")
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
# [text](target "title"), where a target in angle brackets may have spaces and another one pairs of parentheses.
INLINE = re.compile(r"\]\(\s*(?:<([^<>]*)>|((?:[^\s()]|\([^\s()]*\))*))(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
DEFINITION = re.compile(r"^ {0,3}\[[^\]]+\]:\s+(?:<([^<>]*)>|(\S+))")
ATTRIBUTE = re.compile(r"<(?:a|img|source)\b[^>]*?\b(?:href|src)=[\"']([^\"']*)[\"']", re.IGNORECASE)
DOC = re.compile(r"<(doc:[^<>\s]+)>")
# A script by its path, in prose or code.
SCRIPT = re.compile(r"(?<![\w/.-])(scripts/[\w./-]*\w)(?![\w*…{<])")
NAMED = re.compile(r"<[a-z]+\b[^>]*?\b(?:id|name)=[\"']([^\"']*)[\"']", re.IGNORECASE)


def files():
    """The files that git tracks or would take, as paths from the root, and the folders around them."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode().split("\0")
    return {pathlib.PurePosixPath(name) for name in listed if name and (ROOT / name).exists()}


def prose(path):
    """The lines of a page outside code, each with its number."""
    fence, was_blank, in_code = None, True, False
    for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1):
        mark = FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = None
            continue
        if mark:
            fence = mark[1]
            continue
        is_indented = line.startswith(("    ", "\t")) and line.strip() != ""
        in_code = is_indented and (was_blank or in_code)
        was_blank = not line.strip()
        if not in_code:
            yield number, line


@functools.cache
def anchors(path):
    """The anchors of a page: GitHub's names of its headings, and names given in HTML."""
    names, counts = set(), {}
    for _, line in prose(path):
        names.update(NAMED.findall(line))
        heading = HEADING.match(line)
        if not heading:
            continue
        text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading[2]).replace("`", "")
        text = re.sub(r"(?<!\w)[*_]+(?=\S)|(?<=\S)[*_]+(?!\w)", "", text)
        name = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        count = counts.get(name, 0)
        counts[name] = count + 1
        names.add(f"{name}-{count}" if count else name)
    return names


def targets(path):
    for number, line in prose(path):
        # Code may look like a link. It is replaced by text of the same length, so that the rest of the line keeps its shape.
        line = CODE.sub(lambda code: "x" * len(code[0]), line)
        for pattern in (INLINE, DEFINITION, ATTRIBUTE, DOC):
            for match in pattern.finditer(line):
                yield number, next((group for group in match.groups() if group is not None), "")


def fault(path, target, tracked, folders):
    """The fault of a link; None if it has none, or if it leads out of the repository."""
    if target.startswith("doc:"):
        return fault_of_article(target.removeprefix("doc:"), tracked)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", target):
        return None
    place, _, anchor = target.partition("#")
    place, anchor = urllib.parse.unquote(place.partition("?")[0]), urllib.parse.unquote(anchor)
    if not place:
        found = path
    else:
        parts = []
        for part in pathlib.PurePosixPath(place.lstrip("/") if place.startswith("/") else path.parent / place).parts:
            if part != "..":
                parts.append(part)
            elif parts:
                parts.pop()
            else:
                return "leads out of the repository"
        found = pathlib.PurePosixPath(*parts)
        if found not in tracked and found not in folders:
            return f"there is no {found}"
    if anchor and found.suffix == ".md" and anchor not in anchors(found):
        return f"{found} has no heading #{anchor}"
    return None


def fault_of_article(name, tracked):
    name, _, anchor = name.partition("#")
    article = name.rstrip("/").rpartition("/")[2]
    in_manual = [page for page in tracked if page.suffix == ".md" and any(part.endswith(".docc") for part in page.parts)]
    pages = [page for page in in_manual if page.stem == article]
    if not pages:
        return f"the manual has no article {article}"
    # DocC keeps the case of a heading that GitHub drops.
    if anchor and urllib.parse.unquote(anchor).lower() not in anchors(pages[0]):
        return f"{pages[0]} has no heading #{anchor}"
    return None


def main():
    tracked = files()
    folders = {folder for file in tracked for folder in file.parents}
    pages = sorted(file for file in tracked if file.suffix == ".md")
    if len(sys.argv) > 1:
        known = {(ROOT / page).resolve(): page for page in pages}
        unknown = [name for name in sys.argv[1:] if pathlib.Path(name).resolve() not in known]
        if unknown:
            sys.exit(f"check_links.py: error: no Markdown file of the repository: {', '.join(unknown)}")
        pages = sorted({known[pathlib.Path(name).resolve()] for name in sys.argv[1:]})
    count, broken = 0, 0
    for page in pages:
        for number, target in targets(page):
            count += 1
            problem = fault(page, target, tracked, folders)
            if problem:
                broken += 1
                print(f"{page}:{number}: {target}: {problem}")
        for number, line in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), 1):
            for name in map(pathlib.PurePosixPath, SCRIPT.findall(line)):
                if name not in tracked and name not in folders:
                    broken += 1
                    print(f"{page}:{number}: there is no {name}")
    print(f"{count} links of {len(pages)} pages, {broken} broken")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()

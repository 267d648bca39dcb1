#!/usr/bin/env python3
# The fault matrix of sealed bids: tries every row of fault_rows.py and fault_rows_shares.py and
# prints the table, or writes it into the page where it stands.
# usage: fault_matrix.py [--only WORD]... FOLDER | fault_matrix.py --write PAGE | fault_matrix.py --check PAGE
# SPDX-License-Identifier: Apache-2.0
import argparse
import concurrent.futures
import pathlib
import subprocess
import sys
import traceback

import fault_rows
import fault_rows_shares  # noqa: F401  adds its rows
from fault_kit import POLICIES, Hall, Room, Wrong

STAGES = {"packing": ("装标", "packing"), "renewing": ("换证", "renewing"), "opening": ("开标", "opening")}
POLICY = {"owner": "投标人", "either": "投标人或托管人", "both": "投标人与托管人"}
OUTCOME = {"opens": ("开启", "opens"), "refused": ("打不开", "does not open"), "undecided": ("未定", "undecided")}
PATH = {"none": ("—", "—"), "owner": ("投标人", "owner"), "owner-rewrapped": ("换证信封", "owner, re-wrapped"),
        "trustees": ("托管人", "trustees"), "owner-and-trustees": ("两者合开", "both")}
BLAME = {"nobody": ("无", "nobody"), "bidder": ("投标人", "bidder"), "storage": ("存储", "storage"), "user": ("操作者", "who operates"),
         "driver": ("钥匙或驱动", "token or driver"), "forger": ("伪造者", "forger"), "hall": ("开标方", "the hall"),
         "machine": ("本机", "the machine")}
MARKS = ("<!-- rows -->\n", "<!-- end of rows -->\n")


def blamed(who):
    if who.startswith("trustee "):
        return f"托管人 {who[8:]}", who
    return BLAME[who]


def words(row, lang):
    """The cells of a row but for its number."""
    return (row.zh if lang == 0 else row.en, STAGES[row.stage][lang], POLICY[row.policy] if lang == 0 else POLICIES[row.policy],
            OUTCOME[row.want.outcome][lang], PATH[row.want.path][lang], blamed(row.want.blame)[lang])


def page(rows):
    """The table as it stands in the page: Chinese above English in each cell."""
    out = ["| # | 故障 · fault | 阶段 · stage | 保管方式 · policy | 结果 · outcome | 途径 · way | 责任 · whose fault |", "|" + "---|" * 7]
    for k, row in enumerate(rows, 1):
        cells = [f"{zh}<br>{en}" if zh != en else zh for zh, en in zip(words(row, 0), words(row, 1))]
        if row.bug:
            cells[0] += "<br>**尚未做到 · not yet**：" + "<br>".join(row.bug)
        out.append(f"| {k} | " + " | ".join(cells) + " |")
    return "\n".join(out) + "\n"


def page_split(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    head, _, rest = text.partition(MARKS[0])
    table, _, tail = rest.partition(MARKS[1])
    return head, table, tail


def page_write(path, rows):
    head, _, tail = page_split(path)
    pathlib.Path(path).write_text(head + MARKS[0] + page(rows) + MARKS[1] + tail, encoding="utf-8")


def attempt(hall, row):
    """(passed, why not)."""
    room = Room(hall, row.name, row.policy)
    try:
        row.act(room)
    except (Wrong, OSError, subprocess.TimeoutExpired) as wrong:
        return False, str(wrong)
    except Exception:  # a row must never stop the others
        return False, traceback.format_exc()
    return room.seen() == row.want, f"seen {room.seen()}, wanted {row.want}"


def report(number, row, passed, why):
    name = f"{row.name} [{row.policy}]: {row.en}"
    if row.bug and passed:
        passed, why = False, "this is a product bug no more: take the mark off its row and write the page"
    elif row.bug:
        print("\n".join("# " + line for line in why.splitlines()[:6]))
        print(f"ok {number} - {name} # SKIP product bug: {row.bug[1]}")
        return True
    if not passed:
        print("\n".join("# " + line for line in why.splitlines()[:30]))
    print(f"{'' if passed else 'not '}ok {number} - {name}")
    return passed


def table_print(rows):
    for k, row in enumerate(rows, 1):
        print(f"# {k:3} {' · '.join(words(row, 0))}" + (" · 尚未做到" if row.bug else ""))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--write")
    parser.add_argument("--check")
    parser.add_argument("folder", nargs="?")
    options = parser.parse_args()
    rows = sorted(fault_rows.ROWS, key=lambda row: list(STAGES).index(row.stage))
    if options.write:
        page_write(options.write, rows)
        return 0
    if options.check:
        return 0 if page_split(options.check)[1] == page(rows) else "the page is stale: fault_matrix.py --write"
    rows = [row for row in rows if not options.only or any(w in row.name for w in options.only)]
    pathlib.Path(options.folder).mkdir(exist_ok=True)
    hall = Hall(options.folder)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda row: attempt(hall, row), rows))
    good = [report(k, row, *result) for k, (row, result) in enumerate(zip(rows, results), 1)]
    table_print(rows)
    print(f"1..{len(rows)}")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())

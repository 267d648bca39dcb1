#!/usr/bin/env python3
"""Reading reports of `verify --json` and OFD packages for scenarios; nothing of ours but the report.

ofd_reports.py kept BEFORE AFTER FILE    every signature of BEFORE stands in AFTER with the same
                                         verdict, unless it covers Signatures.xml in FILE: then it
                                         names that file alone
ofd_reports.py last REPORT               indication, sub-indication, failed checks of the last one
ofd_reports.py count REPORT              how many signatures
ofd_reports.py all REPORT INDICATION     every signature has that indication and covers everything

SPDX-License-Identifier: Apache-2.0
"""
import json
import sys
import zipfile
import xml.etree.ElementTree as ET


def failed(signature):
    return [c["id"] for c in signature["checks"] if c["result"] == "failed"]


def listed(path):
    """Path of Signatures.xml and, for each signature of the first document, the files it covers."""
    with zipfile.ZipFile(path) as package:
        def part(name):
            return ET.fromstring(package.read(name))

        main = part("OFD.xml")
        found = [e.text.strip().lstrip("/") for e in main.iter() if e.tag.endswith("}Signatures")]
        if not found:
            return None, []
        folder = found[0].rsplit("/", 1)[0] + "/"
        covers = []
        for entry in part(found[0]):
            if not entry.tag.endswith("}Signature"):
                continue
            where = entry.get("BaseLoc")
            where = where.lstrip("/") if where.startswith("/") else folder + where
            covers.append({r.get("FileRef").lstrip("/") for r in part(where).iter() if r.tag.endswith("}Reference")})
        return found[0], covers


def kept(before, after, path):
    names, covers = listed(path)
    faults = []
    for i, old in enumerate(before["signatures"]):
        new = after["signatures"][i]
        if names in covers[i]:
            detail = [c["detail"] for c in new["checks"] if c["id"] == "digest.files"]
            print(f"# {new['where']}: had covered {names}, so it is {new['subindication']} now: {detail[0]}")
            if new["subindication"] != "HASH_FAILURE" or detail[0] != names + " was altered":
                faults.append(f"{new['where']}: {detail}")
            rest = [f for f in failed(old) if f != "digest.files"]
            if [f for f in failed(new) if f != "digest.files"] != rest:
                faults.append(f"{new['where']}: {failed(old)} became {failed(new)}")
            continue
        for key in ("where", "indication", "subindication", "national"):
            if old[key] != new[key]:
                faults.append(f"{old['where']}: {key}: {old[key]} became {new[key]}")
        if failed(old) != failed(new):
            faults.append(f"{old['where']}: {failed(old)} became {failed(new)}")
        if old["covers"]["uncovered"] != new["covers"]["uncovered"]:
            faults.append(f"{old['where']}: uncovered became {new['covers']['uncovered']}")
    return faults


def main():
    word, report = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
    if word == "kept":
        after = json.load(open(sys.argv[3], encoding="utf-8"))
        faults = kept(report, after, sys.argv[4])
        if len(after["signatures"]) != len(report["signatures"]) + 1:
            faults.append(f"{len(after['signatures'])} signatures")
        print("\n".join(faults))
        return 1 if faults else 0
    if word == "last":
        last = report["signatures"][-1]
        print(last["indication"], last["subindication"] or "", *failed(last))
        return 0
    if word == "count":
        print(len(report["signatures"]))
        return 0
    if word == "all":
        wrong = [s["where"] for s in report["signatures"]
                 if s["indication"] != sys.argv[3] or not s["covers"]["whole_document"]]
        print("\n".join(wrong))
        return 1 if wrong or not report["signatures"] else 0
    return 64


sys.exit(main())

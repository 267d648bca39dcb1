#!/usr/bin/env python3
"""Is every XML part of an OFD package what the published schema demands? Asks xmllint.

ofd_schema.py SCHEMA-FOLDER FILE.ofd…    prints one line for each fault, exit code 1 when there are any

The schema of signatures (Signature.xsd) knows MD5 and SHA1 only and was never brought up to the SM3
that everybody writes. A copy of the folder gets the identifier of SM3 in that one enumeration and is
otherwise as published (docs/adr/0009).

SPDX-License-Identifier: Apache-2.0
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile

SM3 = "1.2.156.10197.1.401"
SCHEMAS = {"OFD": "OFD", "Document": "Document", "Page": "Page", "Res": "Res", "Signatures": "Signatures",
           "Signature": "Signature", "Attachments": "Attachments", "Annotations": "Annotations",
           "PageAnnot": "Annotation", "CustomTags": "CustomTags", "Extensions": "Extensions",
           "DocVersion": "Version"}


def derive(published, folder):
    for schema in pathlib.Path(published).glob("*.xsd"):
        text = schema.read_text(encoding="utf-8")
        if schema.name == "Signature.xsd":
            row = '<xs:enumeration value="SHA1"/>'
            if text.count(row) != 1:
                sys.exit("Signature.xsd is not the one we know")
            text = text.replace(row, row + f'<xs:enumeration value="{SM3}"/>')
        (folder / schema.name).write_text(text, encoding="utf-8")


def faults_of(schemas, folder, path):
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if not name.lower().endswith(".xml"):
                continue
            octets = package.read(name)
            try:
                root = ET.fromstring(octets).tag.rpartition("}")[2]
            except ET.ParseError as error:
                yield name, f"not well-formed: {error}"
                continue
            if root not in SCHEMAS:
                yield name, f"no schema for <{root}>"
                continue
            part = folder / "part.xml"
            part.write_bytes(octets)
            lint = subprocess.run(
                ["xmllint", "--noout", "--nonet", "--schema", str(schemas / (SCHEMAS[root] + ".xsd")), str(part)],
                capture_output=True, check=False)
            lines = lint.stderr.decode("utf-8", "replace").splitlines()
            told = {re.sub(r"^\S+:\d+: |\{[^}]*\}", "", line) for line in lines if "validity error" in line}
            if lint.returncode and not told:
                yield name, f"xmllint ended with {lint.returncode}: {lines[:1]}"
            yield from ((name, line) for line in sorted(told))


def main():
    found = 0
    with tempfile.TemporaryDirectory() as made:
        schemas = pathlib.Path(made) / "schemas"
        schemas.mkdir()
        derive(sys.argv[1], schemas)
        for path in sys.argv[2:]:
            for name, fault in faults_of(schemas, pathlib.Path(made), path):
                found += 1
                print(f"{pathlib.Path(path).name}: {name}: {fault}")
    return 1 if found else 0


sys.exit(main())

#!/usr/bin/env bash
# Every XML part we write is what the schema of OFD demands, in xmllint's opinion. What others'
# files get wrong is listed, and no fault of ours.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/ofd_kit.sh"
need_qianyin

SCHEMA=${QIANYIN_SCHEMA:-$SAMPLES/../schema/ofd}
if [ ! -r "$SCHEMA/OFD.xsd" ] || ! command -v xmllint >/dev/null; then
	skip "what we write fits the schema" "no xmllint, or no schema in $SCHEMA (set QIANYIN_SCHEMA)"
	exit 0
fi
fits() { python3 "$ROOT/tests/scenario/ofd_schema.py" "$SCHEMA" "$@"; }

kit_ca || { nok "a CA with five sealers"; exit 0; }
printf '附件一：报价明细 <&> "\n' >"附件 & 一.txt"
kit_contract 3 plain.ofd
"$QIANYIN" ofd make contract.txt -o attached.ofd --title '合同 <甲> & "乙"' --author '张三' --attach "附件 & 一.txt" --attach contract.txt
check "a text with several pages" fits plain.ofd
check "a text with attachments and odd characters" fits attached.ofd
check "a seal" seal_by 1 attached.ofd one.ofd
check "fits" fits one.ofd
check "a straddle seal and one on the last page" seal_by 2 one.ofd two.ofd --straddle right --page last
check "fits" fits two.ofd
check "a straddle seal on the left, shown nowhere else" seal_by 3 two.ofd three.ofd --straddle left --page 0
check "fits" fits three.ofd
check "a signature" sign_by 4 three.ofd four.ofd
check "fits" fits four.ofd
check "a seal of version 5" seal_by 5 four.ofd five.ofd
check "fits" fits five.ofd

# The tool must find faults, or what is above proves nothing.
python3 - <<'END'
import re, zipfile
with zipfile.ZipFile("one.ofd") as old, zipfile.ZipFile("broken.ofd", "w") as new:
    for name in old.namelist():
        new.writestr(name, re.sub(b'CheckMethod="[^"]*"', b'CheckMethod="SM4"', old.read(name)))
END
if fits broken.ofd >"$out" 2>&1; then nok "an unknown digest method would be noticed"; else has "an unknown digest method is noticed" "CheckMethod" "$out"; fi

need_samples
fits "$SAMPLES"/ofd/*.ofd >deviations 2>&1
echo "# $(wc -l <deviations) deviations in the files of others:"
sed 's/^/#   /' deviations
if [ -s deviations ]; then ok "the deviations of others are listed"; else nok "the deviations of others are listed" "none found; the samples are known to have some"; fi
for file in "$SAMPLES"/ofd/*.ofd; do
	name=$(basename "$file")
	seal_by 1 "$file" sealed.ofd 2>/dev/null || nok "$name: sealed"
	# The parts that are ours in a file of others: our Signature.xml and nothing new elsewhere.
	fits sealed.ofd | sed 's/^sealed.ofd: //' | sort >after
	fits "$file" | sed "s/^$name: //" | sort >before
	new=$(comm -13 before after | grep -v 'Signatures.xml: ')
	if [ -z "$new" ]; then ok "$name: our seal adds no deviation"; else nok "$name: our seal adds no deviation" "$new"; fi
done

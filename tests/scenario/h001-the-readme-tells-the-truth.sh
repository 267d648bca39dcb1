#!/usr/bin/env bash
# The commands of the README and of the pages on formats do what is said beside them.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin
PATH=$(dirname "$QIANYIN"):$PATH

# Lines of the first block fenced as $3 behind the line that begins with $2, in file $1.
block() {
	awk -v from="$2" -v fence="\`\`\`$3" 'index($0, from) == 1 { seen = 1 }
		seen && !inside && $0 == fence { inside = 1; next }
		inside && /^```/ { exit }
		inside' "$1"
}

# Every line of a shown output stands in the real one; the rest of a line behind a time may differ.
shows() {
	local name=$1 line missing='' at
	while IFS= read -r line; do
		at=${line%%20[0-9][0-9]-*}
		case $line in '' | *…) continue ;; esac
		grep -qF -- "$at" "$out" || missing="$missing$line"$'\n'
	done
	if [ -z "$missing" ]; then ok "$name"; else nok "$name" "$missing$(shown)"; fi
}

block "$ROOT/README.md" '### 一分钟' sh | grep -v '^make build\|^PATH=' >commands.sh
has "the README has commands" "qianyin seal contract.ofd" commands.sh
exits 0 "they run to the end, and the seal is good" bash -e commands.sh
shows "the verdict reads as the README shows" < <(block "$ROOT/README.md" '### 一分钟' '')
exits 0 "in English too" qianyin verify sealed.ofd --trust trust.store --demo --crl ca.crl --lang en
shows "and reads as shown" < <(block "$ROOT/README.md" '### One minute' '')

python3 - <<'END'
import zipfile

old, new = zipfile.ZipFile("sealed.ofd"), zipfile.ZipFile("altered.ofd", "w")
for name in old.namelist():
    data = old.read(name)
    new.writestr(name, data.replace("合同".encode(), "合作".encode(), 1) if name.endswith("Content.xml") else data)
new.close()
END
exits 1 "one word altered is a failure" qianyin verify altered.ofd --trust trust.store --demo --crl ca.crl
has "that names the file" "Doc_0/Pages/Page_0/Content.xml 已被改动" "$out"
exits 2 "without a trust store it cannot be determined" qianyin verify sealed.ofd

block "$ROOT/README.md" '### 再一分钟' sh >more.sh
has "the README has more commands" "qianyin typeset" more.sh
exits 0 "they run to the end, too" bash -e more.sh
check "and draw a page" test -s page.png
block "$ROOT/README.md" '### 第三分钟' sh >bids.sh
has "and on bids" "qianyin bid pack" bids.sh
exits 0 "they run to the end as well" bash -e bids.sh
check "and open what was packed" cmp price.txt opened/price

exits 0 "a message is signed" qianyin cms sign contract.txt --key library/sign.key \
	--certificate library/sign.cer -o contract.p7s
exits 0 "and verified" qianyin cms verify contract.p7s --content contract.txt --trust trust.store --demo --crl ca.crl
exits 0 "a message is encrypted" qianyin cms encrypt contract.txt --to library/enc.cer --key library/sign.key \
	--certificate library/sign.cer -o contract.p7e
exits 0 "and opened" qianyin cms decrypt contract.p7e --key library/enc.key --certificate library/enc.cer -o opened.txt
check "unchanged" cmp contract.txt opened.txt
exits 0 "an encryption key is received" qianyin key receive library/enc.envelopedkey --key library/sign.key \
	--cert library/enc.cer --no-password -o enc.key
exits 0 "a seal by itself is judged" qianyin verify library.esl --trust trust.store --demo --crl ca.crl

exits 66 "a file that is missing among others" qianyin verify --json absent.ofd sealed.ofd absent.ofd contract.ofd
cp "$out" reports.json
check "leaves a JSON array of those there are" python3 -c '
import json, sys
reports = json.load(open(sys.argv[1]))
sys.exit([r["file"] for r in reports] != ["sealed.ofd", "contract.ofd"])' reports.json

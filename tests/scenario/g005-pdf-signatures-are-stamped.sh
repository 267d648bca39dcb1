#!/usr/bin/env bash
# PAdES B-T, and a stamped seal in PDF: the token of a running authority is in, verifies, and without an
# answer nothing is signed.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/scenario/ofd_kit.sh"
. "$ROOT/tests/scenario/time_kit.sh"
need_qianyin

kit_ca || { nok "a CA with five sealers"; exit 0; }
"$QIANYIN" ca tsa ca --name 时间 --no-password -o tsa-key >"$out" 2>"$err" || { nok "an authority's key" "$(cat "$err")"; exit 0; }
authority_up state --key tsa-key/tsa.key --certificate tsa-key/tsa.cer || { nok "an authority" "$(cat tsa.log)"; exit 0; }
python3 "$ROOT/tests/scenario/pdf_make.py" table doc.pdf 2
check "a person signs, stamped" "$QIANYIN" sign --key u1/sign.key --certificate u1/sign.cer doc.pdf -o signed.pdf --tsa "$tsa"
check "a party seals, stamped" "$QIANYIN" seal --key u2/sign.key --certificate u2/sign.cer --seal u2/seal.esl \
	signed.pdf -o sealed.pdf --page last --tsa "$tsa"
verify --json sealed.pdf >report 2>/dev/null
if [ "$(grep -c '"timestamp.value"' report)" = 2 ]; then ok "both carry a stamp"; else nok "both carry a stamp" "$(cat report)"; fi
check "each of which holds" python3 - <<'END_PYTHON'
import json
for s in json.load(open("report"))["signatures"]:
    got = {c["id"]: c["result"] for c in s["checks"]}
    assert got["timestamp.value"] == got["timestamp.imprint"] == got["signature.value"] == "passed", got
END_PYTHON
authority_down TERM
exits 75 "without an answer nothing is signed" "$QIANYIN" sign --key u1/sign.key --certificate u1/sign.cer doc.pdf -o x.pdf --tsa "$tsa"
if [ -e x.pdf ]; then nok "and nothing is left"; else ok "and nothing is left"; fi

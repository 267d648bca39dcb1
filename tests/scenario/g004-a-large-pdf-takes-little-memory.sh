#!/usr/bin/env bash
# Signing a PDF holds what changes in memory, not the file. QIANYIN_LARGE_MB=1000 tries the gigabyte
# of the budget (design §13); as a test it is a tenth of that, and the bound stays.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin
size=${QIANYIN_LARGE_MB:-100}
python3 "$ROOT/tests/scenario/pdf_make.py" huge large.pdf "$size"
"$QIANYIN" ca init ca --name 示范 2>/dev/null
"$QIANYIN" ca issue ca --name 张三 --no-password -o u 2>/dev/null || { nok "a signer"; exit 0; }
check "a PDF of $size MB is signed, and its anonymous memory watched" python3 - "$QIANYIN" <<'END_PYTHON'
import subprocess, sys, time
p = subprocess.Popen([sys.argv[1], "sign", "--key", "u/sign.key", "--certificate", "u/sign.cer", "large.pdf", "-o", "signed.pdf"])
peak, looks, begun = 0, 0, time.time()
while p.poll() is None:
    try:
        for line in open("/proc/%d/status" % p.pid):
            if line.startswith("RssAnon"):
                peak, looks = max(peak, int(line.split()[1])), looks + 1
    except OSError:
        pass
    time.sleep(0.005)
open("peak", "w").write("%d\n" % peak)
print("%d kB at most, %d looks, %.1f s" % (peak, looks, time.time() - begun))
sys.exit(p.returncode or looks < 5)
END_PYTHON
echo "# $(cat "$out")"
if [ "$(cat peak)" -le 65536 ]; then ok "64 MB suffice"; else nok "64 MB suffice" "$(cat peak) kB"; fi
check "what stood there stands there" cmp -n "$(stat -c %s large.pdf)" large.pdf signed.pdf

#!/bin/bash
# Blobs go to a server of S3 that checks each signature and digest, lists in short pages, is busy
# now and then, and has uploads to abort: what the server of the other tests lets pass.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=tests/scenario/lib.sh
. "$(dirname "$0")/lib.sh"

seen() { sed -n "s/^# seen:.* \([0-9][0-9]*\) $1.*/\1/p" tap; }

CMOCKA_MESSAGE_OUTPUT=TAP exits 0 "blobs are kept, listed, swept and aborted" \
	python3 "$ROOT/tests/s3_strict.py" "$QIANYIN_BUILD/tests/unit/store/test_blob"
cp "$out" tap
check "each case passed" test "$(grep -c '^ok.*in_a_bucket' tap)" = 13
check "a wrong key was denied, once" test "$(seen denied)" = 1
check "a server that was busy was asked again" test "$(seen busy)" -ge 2
check "the upload of a dead process was aborted" test "$(seen aborted)" = 1
check "no upload stays behind" test "$(seen 'uploads left')" = 0
grep '^# seen' tap

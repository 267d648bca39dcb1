#!/usr/bin/env bash
# The operator makes the platform's key store, looks at it, renews keys and changes the passphrase;
# nobody without the passphrase gets anything, and no secret is where others could read it.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"
need_qianyin

keeper=$(dirname "$QIANYIN")/../keeper/qianyin-keeper
export QIANYIN_LANG=en
umask 077
echo 'correct horse' >pass
echo 'wrong horse' >wrong
echo 'battery staple' >fresh
store=(--store keys --passphrase-file pass)

exits 64 "without anything it says how" "$keeper"
has "with all commands" "show|rotate|passphrase" "$err"
exits 64 "no passphrase is an argument" "$keeper" init --store keys --passphrase 'correct horse'
exits 64 "names are wanted" "$keeper" init "${store[@]}"
check "a key store is made" "$keeper" init "${store[@]}" --platform platform.example \
	--origin https://platform.example --name 示范平台 --cost login --demonstration --export out
fingerprint=$(sed -n 's/.*(SM3) //p' "$out")
if [ "$(openssl dgst -sm3 -r out/root.cer | cut -d' ' -f1)" = "$fingerprint" ]; then
	ok "the fingerprint is that of the root exported"
else
	nok "the fingerprint is that of the root exported" "$fingerprint"
fi
for key in root order receipt checkpoint tsa intake field index; do has "there is a key: $key" "$key " "$out"; done
exits 77 "it is not made twice" "$keeper" init "${store[@]}" --platform p --origin https://p.example --name p
if [ "$(stat -c %a keys)" = 600 ]; then ok "only we can read it"; else nok "only we can read it"; fi
lacks "no name of a key stands in it" checkpoint keys

under_the_root() {
	openssl x509 -inform DER -in out/root.cer >root.pem && openssl x509 -inform DER -in out/order.cer >order.pem &&
		openssl verify -vfyopt distid:1234567812345678 -ignore_critical -trusted root.pem order.pem
}
check "OpenSSL says: the order certificate is under the root" under_the_root
openssl x509 -inform DER -in out/order.cer -noout -text >order.txt
has "it is for one origin" "URI:https://platform.example" order.txt

check "it is shown to who knows the passphrase" "$keeper" show "${store[@]}"
has "with the same root" "$fingerprint" "$out"
exits 77 "to nobody else" "$keeper" show --store keys --passphrase-file wrong
lacks "not even in part" platform.example "$out"
chmod 644 pass
exits 77 "a passphrase that others can read is refused" "$keeper" show "${store[@]}"
chmod 600 pass
check "a passphrase comes by a descriptor" "$keeper" show --store keys --passphrase-fd 5 5<pass
exits 66 "or from a terminal, and there is none" setsid "$keeper" show --store keys

cp out/order.cer before.cer
check "the order key is renewed" "$keeper" rotate --key order "${store[@]}" --export out
if cmp -s out/order.cer before.cer; then nok "its certificate is another one"; else ok "its certificate is another one"; fi
check "OpenSSL says: under the same root" under_the_root
check "the field key is renewed" "$keeper" rotate --key field "${store[@]}"
if [ "$(grep -c '^field' "$out")" = 2 ]; then ok "and the former one opens what it sealed"; else nok "and the former one opens what it sealed" "$(cat "$out")"; fi
exits 64 "a root is for the platform's life" "$keeper" rotate --key root "${store[@]}"

check "the passphrase is changed" "$keeper" passphrase "${store[@]}" --new-passphrase-file fresh --cost login
exits 77 "the old one opens nothing now" "$keeper" show "${store[@]}"
check "the new one does" "$keeper" show --store keys --passphrase-file fresh
has "the same keys" "$fingerprint" "$out"

head -c 400 keys >short
exits 65 "half a store is told" "$keeper" show --store short --passphrase-file fresh
exits 66 "none at all too" "$keeper" show --store nowhere --passphrase-file fresh

# Keys in a machine: the store opens by its encryption key, orders are signed by its signing key.
sims=$(dirname "$QIANYIN_LAB")/../../tests/sim
host=$(dirname "$QIANYIN")/../token/qianyin-token
if [ ! -e "$sims/libsdfsim.so" ]; then
	skip "keys in a machine" "no simulator is built"
	exit 0
fi
unset QIANYIN_LANG
"$QIANYIN" ca init ca --name 示范 >"$out" 2>&1 &&
	"$QIANYIN" ca issue ca --name 平台 --credit-code 91999999MA00000079 --no-password -o own >"$out" 2>&1
mkdir -p new/3
ln -s "$sims/libsdfsim.so" new.so
echo "$TMP/new" >new.so.conf
echo new >new/profile
echo 'pass word' >new/3/pin
cp own/sign.key own/enc.key new/3/
printf 'pass word' >pin
printf 'past word' >pin-wrong
machine="sdf:$TMP/new.so?token=3&certificate=$TMP/own"
sdf=(--store machine-keys --passphrase-file pin --token-host "$host")
check "a store under a machine is made" "$keeper" init "${sdf[@]}" --platform p --origin https://p.example --name 平台 \
	--machine "$machine/enc.cer" --machine-certificate own/enc.cer --order-key "$machine/sign.cer" --export machine-out
spki() { openssl x509 -inform "$1" -in "$2" -noout -pubkey; }
spki DER machine-out/order.cer >one
{ spki PEM own/sign.cer || spki DER own/sign.cer; } >two 2>/dev/null
check "orders are signed by the machine's key" cmp one two
check "the machine opens the store" "$keeper" show "${sdf[@]}"
exits 77 "not with another PIN" "$keeper" show --store machine-keys --passphrase-file pin-wrong --token-host "$host"
exits 65 "not without it" "$keeper" show --store machine-keys --passphrase-file pin
check "its certificate is renewed where the key stays" "$keeper" rotate --key order "${sdf[@]}" --export machine-out
spki DER machine-out/order.cer >one
check "for the same key" cmp one two

# time_kit.sh: a time stamping authority that runs; sourced after lib.sh.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
#
#   authority_up STATE OPTION…     starts `tsa serve`; sets $tsa (URL) and $tsa_pid
#   authority_down [SIGNAL]        ends it and waits
#   foreign_authority KIND         a root and a certificate for time stamps made by openssl:
#                                  foreign.pem, KIND.key, KIND.cer (KIND: rsa, ec)
#   ask QUERY ANSWER               posts a TimeStampReq with curl
#   register_of FILE true|false    a register; is the authority of ca/ independent?

authority_up() {
	local state=$1
	shift
	: >tsa.url
	"$QIANYIN" tsa serve --listen 127.0.0.1:0 --state "$state" "$@" >tsa.url 2>tsa.log &
	tsa_pid=$!
	for _ in $(seq 200); do
		[ -s tsa.url ] && break
		kill -0 "$tsa_pid" 2>/dev/null || break
		sleep 0.05
	done
	tsa=$(cat tsa.url)
	[ -n "$tsa" ]
}

authority_down() {
	kill "-${1:-TERM}" "$tsa_pid"
	wait "$tsa_pid" 2>/dev/null
}

foreign_authority() {
	if ! [ -f foreign.pem ]; then
		openssl req -x509 -newkey rsa:2048 -nodes -keyout foreign.key -out foreign.pem -subj "/CN=Foreign root" -days 100 2>/dev/null
		cat >foreign.cnf <<-'END'
			[tsa]
			basicConstraints=critical,CA:false
			keyUsage=critical,digitalSignature
			extendedKeyUsage=critical,timeStamping
			subjectKeyIdentifier=hash
			authorityKeyIdentifier=keyid
			[plain]
			basicConstraints=critical,CA:false
			keyUsage=critical,digitalSignature
		END
	fi
	case $1 in
	rsa*) openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1.key" 2>/dev/null ;;
	ec*) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null ;;
	esac
	openssl req -new -key "$1.key" -subj "/CN=Foreign $1" -out "$1.csr" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA foreign.pem -CAkey foreign.key -CAcreateserial -days 90 \
		-extfile foreign.cnf -extensions "${2:-tsa}" -out "$1.cer" 2>/dev/null
}

ask() {
	curl -s -o "$2" --data-binary "@$1" -H 'Content-Type: application/timestamp-query' "$tsa"
}

# A register that admits the demonstration CA in ca/, its authority as independent or not, and a
# foreign authority if there is one.
register_of() {
	local foreign=
	[ -f foreign.pem ] && foreign=', { "cert": "foreign.pem", "name": "Foreign", "purposes": ["tsa"], "independent": true }'
	cat >register.json <<-END
		{ "title": "登记", "serial": 1, "anchors": [
		  { "cert": "ca/root.cer", "name": "示范", "purposes": ["signer", "encryption", "tsa"], "independent": $2,
		    "credit_code": "gm-organization-code" },
		  { "cert": "ca/seal-maker.cer", "name": "示范制章", "purposes": ["seal-maker"] } $foreign ],
		  "extra": ["ca/ca.cer"] }
	END
	"$QIANYIN" trust make register.json --key ca/root.key --cert ca/root.cer -o "$1"
}

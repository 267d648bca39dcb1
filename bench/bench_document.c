/* bench_document: sealing and verifying an OFD file of 1 MB, in the library and as a
 * process, and judging a certificate. usage: bench_document FOLDER QIANYIN
 * SPDX-License-Identifier: Apache-2.0
 *
 * The yardstick is `openssl cms` with P-256 over the same octets: a common user's choice
 * for the same purpose with less to do (no package, no seal, no revocation).
 */
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "base/source.h"
#include "base/time.h"
#include "bench.h"
#include "pki/opinion.h"
#include "qianyin/qianyin.h"

static struct {
	struct arena *arena;
	qy_context *context;
	qy_key *key;
	struct bytes seal;
	struct trust *trust;
	struct bytes leaf, sub;
	X509_STORE *store;
	X509 *x509_leaf;
	STACK_OF(X509) * x509_subs;
} with;

static void must(bool ok, const char *what, const char *why)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_document: %s: %s\n", what, why);
	exit(1);
}

static struct bytes file_of(const char *name)
{
	struct bytes out = {0};
	struct err e = {0};

	must(file_slurp(with.arena, name, 16 << 20, &out, &e), name, e.text);
	return out;
}

static struct qy_bytes qy_file(const char *name)
{
	struct bytes b = file_of(name);

	return (struct qy_bytes){b.p, b.n};
}

/* --- in the library ------------------------------------------------------------- */

static void seal_ours(void *out, size_t times)
{
	struct qy_seal_options o = {
		.size = sizeof o, .page = 1, .x_mm = 150, .y_mm = 240};
	struct qy_error e = {0};

	o.seal = (struct qy_bytes){with.seal.p, with.seal.n};
	while (times--)
		must(qy_ofd_seal(with.context, with.key, "plain.ofd", out, &o, &e),
			"qy_ofd_seal", e.text);
}

static void verify_ours(void *path, size_t times)
{
	while (times--) {
		qy_report *report = NULL;
		struct qy_error e = {0};

		must(qy_verify_file(with.context, path, NULL, &report, &e),
			"qy_verify_file", e.text);
		must(qy_report_indication(report) == QY_TOTAL_PASSED, "verdict",
			qy_report_subindication(report));
		qy_report_free(report);
	}
}

/* --- a chain of three certificates, signatures and all --------------------------- */

static void chain_ours(void *ctx, size_t times)
{
	(void)ctx;
	while (times--) {
		struct opinion_request r = {.purpose = TRUST_SIGNER,
			.trust = with.trust,
			.now = world_system()->now(world_system())};
		AUTO(arena) a = arena_new();
		struct opinion opinion;
		struct cert leaf;
		struct err e = {0};
		struct evidence *evidence = evidence_new(a);

		must(cert_parse(&leaf, with.leaf, &e) &&
				evidence_add_cert(evidence, with.sub, &e),
			"certificates", e.text);
		r.cert = &leaf;
		r.evidence = evidence;
		r.time = (struct proof_time){.at = r.now, .claimed = TIME_NONE};
		opinion_form(&opinion, a, LANG_ZH, &r);
		must(opinion.chain.result == CHECK_PASSED, "chain", opinion.chain.detail);
	}
}

static void chain_openssl(void *ctx, size_t times)
{
	(void)ctx;
	while (times--) {
		X509_STORE_CTX *c = X509_STORE_CTX_new();

		must(X509_STORE_CTX_init(c, with.store, with.x509_leaf, with.x509_subs) ==
				1,
			"X509_STORE_CTX_init", "");
		must(X509_verify_cert(c) == 1, "X509_verify_cert",
			X509_verify_cert_error_string(X509_STORE_CTX_get_error(c)));
		X509_STORE_CTX_free(c);
	}
}

static X509 *x509_of(struct bytes der)
{
	static const char id[] = "1234567812345678";
	const uint8_t *p = der.p;
	X509 *x = d2i_X509(NULL, &p, (long)der.n);
	ASN1_OCTET_STRING *given = ASN1_OCTET_STRING_new();

	must(x && given, "d2i_X509", "");
	must(ASN1_OCTET_STRING_set(given, (const uint8_t *)id, sizeof id - 1) == 1,
		"ASN1_OCTET_STRING_set", "");
	X509_set0_distinguishing_id(x, given);
	return x;
}

static struct bytes der_of(const char *name)
{
	struct bytes file = file_of(name), out = {0};
	struct err e = {0};

	must(cert_decode(with.arena, file, &out, &e), name, e.text);
	return out;
}

static void chain_prepare(void)
{
	struct err e = {0};

	must(trust_read(&with.trust, with.arena, file_of("bench.trust"), &e), "trust",
		e.text);
	with.trust->allow_demonstration = true;
	with.leaf = der_of("party/sign.cer");
	with.sub = der_of("ca/ca.cer");
	with.store = X509_STORE_new();
	with.x509_leaf = x509_of(with.leaf);
	with.x509_subs = sk_X509_new_null();
	must(sk_X509_push(with.x509_subs, x509_of(with.sub)) == 1 &&
			X509_STORE_add_cert(with.store, x509_of(der_of("ca/root.cer"))) ==
				1 &&
			X509_STORE_set_flags(with.store, X509_V_FLAG_IGNORE_CRITICAL) ==
				1,
		"X509_STORE", "");
}

/* --- the rows -------------------------------------------------------------------- */

static void library_prepare(void)
{
	struct qy_error e = {0};

	with.context = qy_context_new("zh");
	must(qy_trust_load(
		     with.context, qy_file("bench.trust"), QY_TRUST_DEMONSTRATION, &e) &&
			qy_evidence_add(with.context, qy_file("bench.crl"), &e) &&
			qy_evidence_add(with.context, qy_file("party/chain.pem"), &e) &&
			qy_key_open(&with.key, qy_file("party/sign.key"),
				(struct qy_bytes){0}, &e) &&
			qy_key_set_certificate(with.key, qy_file("party/sign.cer"), &e),
		"preparing", e.text);
	with.seal = file_of("party/seal.esl");
}

static struct side process(const char **words)
{
	return (struct side){"openssl cms", bench_process, words};
}

int main(int argc, char **argv)
{
	struct side none = {"", NULL, NULL};
	const char *qianyin = argc == 3 ? argv[2] : NULL;
	const char *folder = argc == 3 ? argv[1] : NULL;
	char sealed[] = "sealed.ofd";
	const char *seal[] = {qianyin, "seal", "--key", "party/sign.key", "--certificate",
		"party/sign.cer", "--seal", "party/seal.esl", "-o", "again.ofd",
		"plain.ofd", NULL};
	const char *verify[] = {qianyin, "verify", "--trust", "bench.trust", "--demo",
		"--crl", "bench.crl", "--cert", "party/chain.pem", "sealed.ofd", NULL};
	const char *cms_sign[] = {"openssl", "cms", "-sign", "-binary", "-in",
		"payload.bin", "-signer", "p256.cer", "-inkey", "p256.key", "-outform",
		"DER", "-out", "p256.p7", NULL};
	const char *cms_verify[] = {"openssl", "cms", "-verify", "-binary", "-content",
		"payload.bin", "-in", "p256.p7", "-inform", "DER", "-CAfile", "p256.cer",
		"-out", "/dev/null", NULL};

	must(folder && chdir(folder) == 0, "usage", "bench_document FOLDER QIANYIN");
	with.arena = arena_new();
	library_prepare();
	chain_prepare();
	(void)bench_row("seal an OFD of 1 MB, library", 0,
		(struct side){"qianyin", seal_ours, sealed}, none);
	(void)bench_row("verify an OFD of 1 MB, library", 0,
		(struct side){"qianyin", verify_ours, sealed}, none);
	(void)bench_row("seal an OFD of 1 MB, process", 0,
		(struct side){"qianyin", bench_process, seal}, process(cms_sign));
	(void)bench_row("verify an OFD of 1 MB, process", 0,
		(struct side){"qianyin", bench_process, verify}, process(cms_verify));
	(void)bench_row("chain of 3 SM2 certificates", 0,
		(struct side){"qianyin", chain_ours, NULL},
		(struct side){"OpenSSL", chain_openssl, NULL});
	return 0;
}

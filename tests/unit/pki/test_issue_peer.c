/* What is issued here, as another implementation reads it: the openssl program.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <glob.h>

#include "base/source.h"
#include "crypto/keyfile.h"
#include "issue_kit.h"
#include "pki/crl.h"
#include "pki/ocsp_write.h"

struct peer {
	struct kit *k;
	char *folder;
};

static int begin(void **state)
{
	struct peer *p = NEW(struct peer);
	void *k;

	(void)kit_begin(&k);
	p->k = k;
	p->folder = mem_str("test_peer.XXXXXX");
	*state = p;
	return mkdtemp(p->folder) ? 0 : -1;
}

static int end(void **state)
{
	struct peer *p = *state;
	void *k = p->k;
	glob_t found;

	if (glob(arena_printf(p->k->a, "%s/*", p->folder), 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			(void)unlink(found.gl_pathv[i]);
		globfree(&found);
	}
	(void)rmdir(p->folder);
	mem_free(p->folder);
	mem_free(p);
	return kit_end(&k);
}

static void put(struct peer *p, const char *name, struct bytes content)
{
	struct err e = {0};

	if (!file_write(
		    arena_printf(p->k->a, "%s/%s", p->folder, name), 0600, content, &e))
		fail_msg("%s", e.text);
}

static void put_pem(struct peer *p, const char *name, const char *kind, struct bytes der)
{
	put(p, name, bytes_str(pem_encode(p->k->a, kind, der)));
}

/* Runs openssl in the folder; its output lands in "out". Skips when there is none. */
static bool openssl(struct peer *p, const char *arguments)
{
	char *command = arena_printf(
		p->k->a, "cd %s && openssl %s >out 2>&1", p->folder, arguments);
	int status;

	if (system("command -v openssl >/dev/null") != 0)
		SKIP("no openssl program");
	status = system(command);
	if (status != 0)
		(void)!system(arena_printf(p->k->a, "sed 's/^/# /' %s/out", p->folder));
	return status == 0;
}

static bool out_has(struct peer *p, const char *text)
{
	struct bytes out;
	struct err e;

	assert_true(file_slurp(
		p->k->a, arena_printf(p->k->a, "%s/out", p->folder), 1 << 20, &out, &e));
	return bytes_find(out, bytes_str(text)) != SIZE_MAX;
}

/* The id of SM2 reaches only the certificate that is verified, not those above it: each
 * link is checked alone. */
#define LINK                                                     \
	"verify -x509_strict -partial_chain -attime 1767225600 " \
	"-vfyopt distid:1234567812345678 "

/* Does the octet string `value` sign `tbs`, says the program, with the key of a file? */
static bool openssl_verifies(
	struct peer *p, const char *cert, struct bytes tbs, struct bytes value)
{
	put(p, "tbs", tbs);
	put(p, "value", value);
	return openssl(p, arena_printf(p->k->a, "x509 -in %s -noout -pubkey -out pub.pem",
				  cert)) &&
	       openssl(p, "dgst -sm3 -verify pub.pem -signature value -sigopt "
			  "distid:1234567812345678 tbs");
}

static void openssl_builds_our_chain(void **state)
{
	struct peer *p = *state;
	struct kit *k = p->k;
	AUTO(key) leaf_key = kit_key(k, KEY_SM2);
	struct cert sub = kit_cert(k, ISSUE_SUB_CA, "下级", k->key), leaf, tsa;
	struct issue_spec spec = kit_spec(ISSUE_SIGN, "某某公司");

	spec.credit_code = "91440300708461136T";
	spec.id_number = "11010519491231002X";
	spec.crl_url = "http://ca.example/a.crl";
	spec.ocsp_url = "http://ca.example/ocsp";
	leaf = kit_issue(k, &spec, &leaf_key->pub, &sub, k->key);
	spec = kit_spec(ISSUE_TSA, "时间戳");
	tsa = kit_issue(k, &spec, &leaf_key->pub, &sub, k->key);
	put_pem(p, "root.pem", "CERTIFICATE", k->ca.der);
	put_pem(p, "sub.pem", "CERTIFICATE", sub.der);
	put_pem(p, "leaf.pem", "CERTIFICATE", leaf.der);
	put_pem(p, "tsa.pem", "CERTIFICATE", tsa.der);
	assert_true(openssl(p, LINK "-trusted sub.pem leaf.pem"));
	assert_true(openssl(p, LINK "-trusted root.pem sub.pem"));
	assert_true(openssl_verifies(p, "root.pem", k->ca.tbs, k->ca.signature));
	assert_true(openssl(p, LINK "-purpose timestampsign -trusted sub.pem tsa.pem"));
	assert_false(openssl(p, LINK "-purpose timestampsign -trusted sub.pem leaf.pem"));
	assert_false(openssl(p, LINK "-trusted root.pem leaf.pem"));
	assert_true(openssl(
		p, "x509 -in leaf.pem -noout -text -nameopt utf8,sep_comma_plus"));
	assert_true(out_has(p, "CN=某某公司"));
	assert_true(out_has(p, "URI:http://ca.example/a.crl"));
	assert_true(out_has(p, "OCSP - URI:http://ca.example/ocsp"));
	assert_true(out_has(p, "Digital Signature, Non Repudiation"));
	assert_true(out_has(p, "SM2-with-SM3"));
}

static void openssl_minds_the_demonstration_mark(void **state)
{
	struct peer *p = *state;
	struct kit *k = p->k;
	struct issue_spec spec = kit_spec(ISSUE_SIGN, "某某公司");
	struct cert leaf;

	spec.demonstration = true;
	leaf = kit_issue(k, &spec, &k->key->pub, &k->ca, k->ca_key);
	put_pem(p, "root.pem", "CERTIFICATE", k->ca.der);
	put_pem(p, "leaf.pem", "CERTIFICATE", leaf.der);
	assert_false(openssl(p, LINK "-trusted root.pem leaf.pem"));
	assert_true(out_has(p, "unhandled critical extension"));
	assert_true(openssl(p, LINK "-ignore_critical -trusted root.pem leaf.pem"));
}

static void openssl_verifies_our_request_and_we_its(void **state)
{
	struct peer *p = *state;
	struct kit *k = p->k;
	const struct issue_name name = {.country = "CN", .common_name = "李四"};
	struct bytes der, pem;
	struct request r;
	struct err e = {0};

	assert_true(request_write(k->a, &der, k->w, &name, k->key, &e));
	put_pem(p, "a.csr", "CERTIFICATE REQUEST", der);
	assert_true(openssl(p, "req -in a.csr -noout -verify -vfyopt "
			       "distid:1234567812345678"));
	assert_true(out_has(p, "verify OK"));
	assert_true(openssl(
		p, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out b.key"));
	assert_true(openssl(p, "req -new -key b.key -subj /C=CN/CN=peer -sm3 -sigopt "
			       "distid:1234567812345678 -addext "
			       "subjectAltName=DNS:a.example -out b.csr"));
	assert_true(file_slurp(
		k->a, arena_printf(k->a, "%s/b.csr", p->folder), REQUEST_MAX, &pem, &e));
	assert_true(pem_next(k->a, &pem, "CERTIFICATE REQUEST", &der, &e));
	assert_true(request_parse(&r, der, &e));
	assert_true(request_verify(&r));
	assert_true(r.attributes.n > 0);
}

static void openssl_reads_our_crl(void **state)
{
	struct peer *p = *state;
	struct kit *k = p->k;
	AUTO(key) key = kit_key(k, KEY_P256);
	struct issue_spec root = kit_spec(ISSUE_ROOT, "外来根");
	struct issue_spec one = kit_spec(ISSUE_SIGN, "张三");
	struct cert ca = kit_issue(k, &root, &key->pub, NULL, key);
	struct cert leaf = kit_issue(k, &one, &k->key->pub, &ca, key);
	struct cert good = kit_issue(k, &one, &k->key->pub, &ca, key);
	struct issue_revoked r = {
		leaf.serial, KIT_NOW - TIME_HOUR, CRL_KEY_COMPROMISE, KIT_NOW - TIME_DAY};
	struct bytes der;
	struct err e = {0};
	struct crl c;

	assert_true(issue_crl(k->a, &der, k->w, &ca, key, 12, false, 0,
		KIT_NOW - TIME_HOUR, KIT_NOW + TIME_DAY, &r, 1, &e));
	put_pem(p, "root.pem", "CERTIFICATE", ca.der);
	put_pem(p, "leaf.pem", "CERTIFICATE", leaf.der);
	put_pem(p, "good.pem", "CERTIFICATE", good.der);
	put_pem(p, "a.crl", "X509 CRL", der);
	assert_true(openssl(p, "crl -in a.crl -noout -text"));
	assert_true(out_has(p, "Key Compromise"));
	assert_true(out_has(p, "Invalidity Date"));
	assert_true(openssl(p, "verify -x509_strict -attime 1767225600 -crl_check "
			       "-CRLfile a.crl -CAfile root.pem good.pem"));
	assert_false(openssl(p, "verify -x509_strict -attime 1767225600 -crl_check "
				"-CRLfile a.crl -CAfile root.pem leaf.pem"));
	assert_true(out_has(p, "certificate revoked"));
	/* With SM2 the program can be given the id only for bare octets. */
	assert_true(issue_crl(k->a, &der, k->w, &k->ca, k->ca_key, 12, true, 11,
		KIT_NOW - TIME_HOUR, KIT_NOW + TIME_DAY, &r, 1, &e));
	assert_true(crl_parse(&c, der, &e));
	put_pem(p, "sm2.pem", "CERTIFICATE", k->ca.der);
	assert_true(openssl_verifies(p, "sm2.pem", c.tbs, c.signature));
	assert_false(openssl_verifies(p, "sm2.pem", c.der, c.signature));
}

static bool revoke_all(
	void *ctx, struct bytes serial, struct ocsp_state *out, struct err *e)
{
	(void)ctx, (void)serial, (void)e;
	*out = (struct ocsp_state){
		OCSP_REVOKED, KIT_NOW - TIME_DAY, CRL_SUPERSEDED, TIME_NONE, TIME_NONE};
	return true;
}

/* P-256 here: the program has no way to give the id of SM2 to the check of an answer. */
static void openssl_accepts_our_answers_and_we_its_questions(void **state)
{
	struct peer *p = *state;
	struct kit *k = p->k;
	AUTO(key) key = kit_key(k, KEY_P256);
	struct issue_spec spec = kit_spec(ISSUE_ROOT, "外来根");
	struct cert ca = kit_issue(k, &spec, &key->pub, NULL, key);
	struct issue_spec leaf_spec = kit_spec(ISSUE_SIGN, "张三");
	struct cert leaf = kit_issue(k, &leaf_spec, &k->key->pub, &ca, key);
	struct issue_spec own_spec = kit_spec(ISSUE_OCSP, "状态查询");
	AUTO(key) own_key = kit_key(k, KEY_P256);
	struct cert own = kit_issue(k, &own_spec, &own_key->pub, &ca, key);
	struct ocsp_responder r = {.ca = &ca,
		.cert = &own,
		.key = own_key,
		.lookup = revoke_all,
		.lifetime = 1000 * TIME_DAY};
	struct ocsp_request q;
	struct bytes request, der;
	struct ocsp_signer signer;
	struct ocsp_id id;
	struct ocsp o;
	struct err e = {0};

	put_pem(p, "root.pem", "CERTIFICATE", ca.der);
	put_pem(p, "leaf.pem", "CERTIFICATE", leaf.der);
	/* Its questions name the certificate by SHA-1. */
	assert_true(openssl(p, "ocsp -issuer root.pem -cert leaf.pem -reqout q.der"));
	assert_true(file_slurp(k->a, arena_printf(k->a, "%s/q.der", p->folder),
		OCSP_REQUEST_MAX, &request, &e));
	assert_true(ocsp_request_parse(&q, request, &e));
	assert_true(q.nonce.n > 0);
	assert_true(ocsp_request_next(&q.ids, &id));
	assert_true(ocsp_id_matches(&id, &ca, leaf.serial));
	assert_true(ocsp_answer(k->a, &der, k->w, &r, request, &e));
	put(p, "a.der", der);
	assert_true(
		openssl(p, "ocsp -issuer root.pem -cert leaf.pem -reqin q.der -no_nonce "
			   "-respin a.der -CAfile root.pem -attime 1767225600 "
			   "-validity_period 2000000000"));
	assert_true(out_has(p, "Response verify OK"));
	assert_true(out_has(p, "revoked"));
	assert_true(out_has(p, "superseded"));
	assert_true(ocsp_parse(&o, der, &e));
	assert_true(ocsp_verify(&o, &ca, &signer, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(openssl_builds_our_chain, begin, end),
		cmocka_unit_test_setup_teardown(
			openssl_minds_the_demonstration_mark, begin, end),
		cmocka_unit_test_setup_teardown(
			openssl_verifies_our_request_and_we_its, begin, end),
		cmocka_unit_test_setup_teardown(openssl_reads_our_crl, begin, end),
		cmocka_unit_test_setup_teardown(
			openssl_accepts_our_answers_and_we_its_questions, begin, end),
	};

	return cmocka_run_group_tests_name("issue_peer", tests, NULL, NULL);
}

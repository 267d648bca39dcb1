/* test_cms_envelope: EnvelopedData and SignedAndEnvelopedData, ours and those of others.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/source.h"
#include "cms_forge.h"
#include "crypto/sm4.h"
#include "doc/cms_write.h"
#include "torture.h"

static struct bytes envelope(struct desk *d, struct bytes content,
	const struct bytes *recipients, size_t count, struct key *signer,
	const struct cert *signer_cert, bool escrow)
{
	struct cms_seal_spec spec = {.content = content,
		.recipients = recipients,
		.recipient_count = count,
		.signer = signer,
		.escrow = escrow};
	struct bytes der = {NULL, 0};
	struct err e;

	if (signer)
		spec.signer_cert = signer_cert->der;
	if (!cms_envelope(d->a, &der, d->w, &spec, &e))
		fail_msg("%s", e.text);
	return der;
}

#define assert_opens(der, key, cert, want)                                            \
	do {                                                                          \
		struct cms_opened o_ = {0};                                           \
		struct err e_;                                                        \
		if (!cms_open(&o_, der, key, cert, &e_))                              \
			fail_msg("%s", e_.text);                                      \
		assert_bytes(                                                         \
			bytes_make(secret_view(o_.content), secret_size(o_.content)), \
			want);                                                        \
		secret_free(o_.content);                                              \
	} while (0)

#define assert_shut(der, key, cert)                                                     \
	do {                                                                            \
		struct cms_opened o_ = {0};                                             \
		struct err e_;                                                          \
		assert_false(cms_open(&o_, der, key, cert, &e_));                       \
		assert_int_equal(e_.code, ERR_DECRYPT);                                 \
		assert_string_equal(e_.text, "no recipient of it opens with this key"); \
	} while (0)

static struct cert enc_cert(struct desk *d, struct key *key)
{
	return kit_cert(d->k, ISSUE_ENCRYPT, "收件人", key);
}

//= GB/T 35275-2017 §9: EnvelopedData to several recipients
static void every_recipient_opens_and_nobody_else_does(void **state)
{
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key), two = enc_cert(d, d->other_key);
	struct bytes certs[] = {one.der, two.der};
	struct bytes text = BYTES("投标文件");
	struct bytes der = envelope(d, text, certs, 2, NULL, NULL, false);
	struct cms c;
	struct err e;

	assert_opens(der, d->k->key, &one, text);
	assert_opens(der, d->other_key, &two, text);
	/* Which recipient it is may be unknown, or said wrongly. */
	assert_opens(der, d->k->key, NULL, text);
	assert_opens(der, d->other_key, &one, text);
	assert_shut(der, d->maker_key, NULL);
	assert_shut(der, d->maker_key, &one);
	assert_true(cms_read(&c, der, &e));
	assert_true(c.gm && c.kind == CMS_ENVELOPED && c.version == 1);
	assert_true(oid_is(c.cipher_oid, OID_SM4_CBC));
	assert_int_equal(bytes_find(der, text), SIZE_MAX);
}

static void contents_of_every_length_come_back(void **state)
{
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key);
	uint8_t text[70];

	for (size_t n = 0; n <= sizeof text; n++) {
		struct bytes content;

		memset(text, (int)n, sizeof text);
		content = bytes_make(text, n);
		assert_opens(envelope(d, content, &one.der, 1, NULL, NULL, false),
			d->k->key, &one, content);
	}
}

static void two_envelopes_of_one_content_share_nothing(void **state)
{
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key);
	struct bytes text = BYTES("0123456789abcdef0123456789abcdef");
	struct cms a, b;
	struct err e;

	assert_true(cms_read(&a, envelope(d, text, &one.der, 1, NULL, NULL, false), &e));
	assert_true(cms_read(&b, envelope(d, text, &one.der, 1, NULL, NULL, false), &e));
	assert_false(bytes_equal(a.encrypted, b.encrypted));
	assert_false(bytes_equal(a.cipher_params, b.cipher_params));
	assert_false(bytes_equal(a.recipients, b.recipients));
}

//= GB/T 35275-2017 §10: the signature is over the plaintext
static void signed_and_enveloped_content_is_signed_by_its_sender(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge_full(d, a);
	struct cert one = enc_cert(d, d->other_key);
	struct bytes text = BYTES("报价 100 元"), run;
	struct bytes der = envelope(d, text, &one.der, 1, d->k->key, &d->signer, false);
	AUTO(source) plain = source_of_bytes(text);
	AUTO(source) other = source_of_bytes(BYTES("报价 900 元"));
	struct cms_given given = {.content = plain};
	struct report *r = report_new(&j, "x", "cms");
	struct report_signature *s;
	struct cms_signer signer;
	struct cms_opened o;
	struct cms c;
	struct err e;

	assert_true(cms_open(&o, der, d->other_key, NULL, &e));
	assert_true(o.is_signed);
	secret_free(o.content);
	assert_true(cms_read(&c, der, &e));
	assert_int_equal(c.kind, CMS_SIGNED_ENVELOPED);
	cms_gather(&j, &c);
	for (int i = 0; i < 2; i++) {
		run = c.signers;
		assert_true(cms_signer_next(&run, &signer, &e));
		s = report_add(r, REPORT_SIGNATURE, "gbt35275");
		given.content = i ? other : plain;
		cms_judge_signer(r, s, &j, &c, &signer, &given);
		report_conclude(r);
		assert_int_equal(
			s->indication, i ? INDICATION_FAILED : INDICATION_PASSED);
	}
	/* Who cannot decrypt it cannot check it. */
	s = forge_judge(d, &j, der, NULL);
	assert_open(s, CHECK_SIGNATURE_VALUE, SUB_SIGNED_DATA_NOT_FOUND);
	assert_int_equal(s->indication, INDICATION_INDETERMINATE);
}

static void an_escrowed_key_is_whole_blocks_without_padding(void **state)
{
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->other_key);
	uint8_t key[64] = {0, 1};
	struct bytes der =
		envelope(d, BYTES_OF(key), &one.der, 1, d->k->key, &d->signer, true);
	struct cms_seal_spec spec = {.content = BYTES("odd"),
		.recipients = &one.der,
		.recipient_count = 1,
		.escrow = true};
	struct bytes out;
	struct cms c;
	struct err e;

	assert_opens(der, d->other_key, NULL, BYTES_OF(key));
	assert_true(cms_read(&c, der, &e));
	assert_int_equal(c.encrypted.n, sizeof key);
	assert_true(oid_is(c.cipher_oid, OID_SM4_ECB));
	assert_false(cms_envelope(d->a, &out, d->w, &spec, &e));
	assert_int_equal(e.code, ERR_USAGE);
}

static void who_may_not_be_encrypted_to_is_refused(void **state)
{
	struct desk *d = *state;
	AUTO(key) p256 = kit_key(d->k, KEY_P256);
	struct cert ec = enc_cert(d, p256), enc = enc_cert(d, d->k->key);
	struct cms_seal_spec spec = {.content = BYTES("x"),
		.recipients = &d->signer.der,
		.recipient_count = 1};
	struct bytes out;
	struct err e;

	assert_false(cms_envelope(d->a, &out, d->w, &spec, &e));
	assert_int_equal(e.code, ERR_SIGNER);
	spec.recipients = &ec.der;
	assert_false(cms_envelope(d->a, &out, d->w, &spec, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	spec.recipients = &enc.der;
	spec.recipient_count = 0;
	assert_false(cms_envelope(d->a, &out, d->w, &spec, &e));
	assert_int_equal(e.code, ERR_USAGE);
	spec.recipient_count = 1;
	spec.signer = d->other_key;
	spec.signer_cert = d->signer.der;
	assert_false(cms_envelope(d->a, &out, d->w, &spec, &e));
	assert_int_equal(e.code, ERR_KEY_MISMATCH);
	spec.signer = p256;
	spec.signer_cert = kit_cert(d->k, ISSUE_SIGN, "P", p256).der;
	assert_false(cms_envelope(d->a, &out, d->w, &spec, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
}

/* --- what others write: an envelope with chosen parts --- */

struct parts {
	enum oid cipher, key_alg;
	bool no_iv, null_params, by_key_id, zero_issuer, stripped;
	struct bytes encrypted_key; /* empty: DER */
	size_t cek;                 /* octets of the key that is wrapped */
	struct bytes padded;        /* plaintext, whole blocks */
	enum sm2_cipher_order order;
	int form; /* 0 DER, 1 raw with 04, 2 raw without */
};

static struct bytes wrapped_key(
	struct desk *d, const struct parts *p, const uint8_t *cek, struct key *to)
{
	struct writer w = writer_in(d->a, 512);
	uint8_t c2[64];
	struct sm2_cipher c;
	struct err e;

	assert_true(sm2_encrypt(&c, c2, d->w, to->pub.point.p,
		bytes_make(cek, p->cek ? p->cek : SM4_KEY), &e));
	if (p->form == 0) {
		sm2_cipher_write(&w, &c);
		return writer_bytes(&w);
	}
	if (p->form == 1)
		write_u8(&w, 4);
	write_bytes(&w, BYTES_OF(c.c1));
	if (p->order == SM2_C1C3C2)
		write_bytes(&w, BYTES_OF(c.c3));
	write_bytes(&w, c.c2);
	if (p->order == SM2_C1C2C3)
		write_bytes(&w, BYTES_OF(c.c3));
	return writer_bytes(&w);
}

static void put_recipient(struct writer *w, struct desk *d, const struct parts *p,
	const uint8_t *cek, struct key *to, const struct cert *cert)
{
	size_t set = der_open(w, DER_SET), info = der_open(w, DER_SEQUENCE), id;

	der_put_small(w, DER_INTEGER, p->by_key_id ? 2 : 1);
	if (p->by_key_id) {
		der_put(w, DER_CONTEXT_PRIMITIVE(0), cert->ski);
	} else {
		id = der_open(w, DER_SEQUENCE);
		if (p->zero_issuer)
			write_bytes(w, BYTES("\x30\x00"));
		else
			write_bytes(w, cert->issuer);
		der_put(w, DER_INTEGER, cert->serial);
		der_close(w, id);
	}
	der_put_algorithm(w, p->key_alg ? p->key_alg : OID_SM2_ENCRYPT, p->null_params);
	der_put(w, DER_OCTET_STRING, wrapped_key(d, p, cek, to));
	der_close(w, info);
	der_close(w, set);
}

static struct bytes craft(
	struct desk *d, const struct parts *p, struct key *to, const struct cert *cert)
{
	struct writer w = writer_in(d->a, 8192);
	size_t outer = der_open(&w, DER_SEQUENCE), explicit, body, info, algorithm;
	uint8_t cek[64] = "0123456789abcdef", iv[SM4_BLOCK] = {9}, out[256];
	struct err e;

	if (p->no_iv)
		assert_true(sm4_ecb_encrypt(cek, p->padded, out, &e));
	else
		assert_true(sm4_cbc_encrypt(cek, iv, p->padded, out, &e));
	der_put_oid(&w, OID_GM_ENVELOPED);
	explicit = der_open(&w, DER_CONTEXT(0));
	body = der_open(&w, DER_SEQUENCE);
	der_put_small(&w, DER_INTEGER, p->by_key_id ? 2 : 1);
	put_recipient(&w, d, p, cek, to, cert);
	info = der_open(&w, DER_SEQUENCE);
	der_put_oid(&w, OID_GM_DATA);
	algorithm = der_open(&w, DER_SEQUENCE);
	der_put_oid(&w, p->cipher);
	if (!p->no_iv)
		der_put(&w, DER_OCTET_STRING, BYTES_OF(iv));
	else if (p->null_params)
		der_put_null(&w);
	der_close(&w, algorithm);
	if (!p->stripped)
		der_put(&w, DER_CONTEXT_PRIMITIVE(0), bytes_make(out, p->padded.n));
	der_close(&w, info);
	der_close(&w, body);
	der_close(&w, explicit);
	der_close(&w, outer);
	assert_false(w.full);
	return writer_bytes(&w);
}

#define PADDED BYTES("Hello\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b")

//= Standards §1: CFCA's kits wrote C1 C3 C2 or C1 C2 C3, with or without 04, or DER
static void every_order_of_the_wrapped_key_opens(void **state)
{
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key);

	for (int form = 0; form < 3; form++)
		for (int order = 0; order < 2; order++) {
			struct parts p = {.cipher = OID_SM4,
				.form = form,
				.order = order ? SM2_C1C2C3 : SM2_C1C3C2,
				.padded = PADDED};

			assert_opens(craft(d, &p, d->k->key, &one), d->k->key, &one,
				BYTES("Hello"));
		}
}

static void recipients_by_key_id_or_without_issuer_open(void **state)
{
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key);
	struct parts p = {.cipher = OID_SM4_CBC, .by_key_id = true, .padded = PADDED};

	assert_opens(craft(d, &p, d->k->key, &one), d->k->key, &one, BYTES("Hello"));
	p.by_key_id = false;
	p.zero_issuer = true;
	assert_opens(craft(d, &p, d->k->key, &one), d->k->key, &one, BYTES("Hello"));
	assert_opens(craft(d, &p, d->k->key, &one), d->k->key, NULL, BYTES("Hello"));
}

//= Standards §0: OID 104 without a mode is CBC when an IV stands there, else ECB
static void the_mode_follows_the_parameters(void **state)
{
	static const enum oid ecb[] = {OID_SM4, OID_SM4_ECB};
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key);

	for (int i = 0; i < 4; i++) {
		struct parts p = {.cipher = ecb[i & 1],
			.no_iv = true,
			.null_params = i & 2,
			.padded = PADDED};

		assert_opens(craft(d, &p, d->k->key, &one), d->k->key, &one, PADDED);
	}
	{
		struct parts p = {.cipher = OID_SM4_CBC, .no_iv = true, .padded = PADDED};

		assert_shut(craft(d, &p, d->k->key, &one), d->k->key, &one);
	}
}

static void every_failure_is_told_in_the_same_words(void **state)
{
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key);
	struct parts wrong[] = {
		{.padded = BYTES("0123456789abcde\x00")},       /* padding of 0 */
		{.padded = BYTES("0123456789abcde\x11")},       /* of 17 */
		{.padded = BYTES("0123456789abc\x02\x03\x03")}, /* uneven */
		{.padded = BYTES("0123456789abcde\xff")},
		{.padded = PADDED, .stripped = true},
		{.padded = PADDED, .cipher = OID_AES128_CBC},
		{.padded = PADDED, .cipher = OID_SM4_GCM},
		{.padded = PADDED, .cek = 15},
		{.padded = PADDED, .cek = 17},
	};

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		if (!wrong[i].cipher)
			wrong[i].cipher = OID_SM4_CBC;
		assert_shut(craft(d, &wrong[i], d->k->key, &one), d->k->key, &one);
	}
	assert_shut(envelope(d, BYTES("x"), &one.der, 1, NULL, NULL, false), d->other_key,
		&one);
}

static void a_signed_message_is_no_envelope(void **state)
{
	struct desk *d = *state;
	struct forge f = {.content = BYTES("x")};
	struct cms_opened o;
	struct err e;

	assert_false(cms_open(&o, forge(d, &f), d->k->key, NULL, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
}

struct shaken {
	struct desk *d;
	struct cms seed;
	size_t opened;
};

static void open_altered(struct bytes der, const struct alteration *what, void *ctx)
{
	struct shaken *t = ctx;
	struct cms_opened o;
	struct err e = {0};

	if (!cms_open(&o, der, t->d->k->key, NULL, &e)) {
		assert_int_not_equal(e.code, ERR_NONE);
		/* The structure may be told; what decryption met may not. */
		if (e.code == ERR_DECRYPT)
			assert_string_equal(
				e.text, "no recipient of it opens with this key");
		return;
	}
	assert_int_not_equal(what->kind, TORTURE_CUT);
	t->opened++;
	secret_free(o.content);
}

static void survives_every_cut_and_flip(void **state)
{
	struct desk *d = *state;
	struct cert one = enc_cert(d, d->k->key);
	struct shaken t = {.d = d};
	struct bytes der =
		envelope(d, BYTES("投标文件"), &one.der, 1, d->k->key, &d->signer, false);

	assert_true(
		torture_each(der, TORTURE_ALL | TORTURE_HEAVY, open_altered, &t) > 300);
	/* Nothing authenticates the content but the signature: some flips do open. */
	assert_true(t.opened > 0);
}

/* --- files of other makers --- */

static struct bytes sample(struct arena *a, const char *name)
{
	struct bytes b = {NULL, 0};
	struct err e;

	if (!file_slurp(a, sample_path(a, name), 1 << 20, &b, &e))
		fail_msg("%s", e.text);
	return b;
}

static void an_escrowed_key_of_another_maker_opens_and_its_signature_holds(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	struct judge j = desk_judge(d, a);
	struct bytes der = sample(a, "pkcs7/se_signedAndEnveloped_escrow.p7");
	struct bytes want = sample(a, "pkcs7/se_expected_enc_key_pkcs8.der");
	struct report *r = report_new(&j, "x", "cms");
	struct report_signature *s = report_add(r, REPORT_SIGNATURE, "gbt35275");
	AUTO(secret) scalar = NULL;
	AUTO(source) plain = NULL;
	AUTO(key) key = NULL;
	AUTO(key) expected = NULL;
	struct cms_signer signer;
	struct cms_given given;
	struct cms_opened o;
	struct cms c;
	struct err e;

	assert_true(key_of_pkcs8(&key, sample(a, "pkcs7/se_sign_key_pkcs8.der"), &e));
	if (!cms_open(&o, der, key, NULL, &e))
		fail_msg("%s", e.text);
	assert_true(o.is_signed);
	assert_int_equal(secret_size(o.content), 64);
	for (size_t i = 0; i < 32; i++)
		assert_int_equal(secret_view(o.content)[i], 0);
	assert_true(key_of_pkcs8(&expected, want, &e));
	assert_true(key_sm2_scalar(&scalar, expected, &e));
	assert_memory_equal(secret_view(o.content) + 32, secret_view(scalar), 32);
	/* The signature is over the plaintext with its zeros. */
	plain = source_of_bytes(bytes_make(secret_view(o.content), 64));
	given = (struct cms_given){.content = plain};
	assert_true(cms_read(&c, der, &e));
	cms_gather(&j, &c);
	assert_true(cms_signer_next(&c.signers, &signer, &e));
	cms_judge_signer(r, s, &j, &c, &signer, &given);
	assert_passed(s, CHECK_SIGNATURE_VALUE);
	secret_free(o.content);
	assert_shut(der, d->k->key, NULL);
}

static void an_envelope_of_cfca_opens(void **state)
{
	struct desk *d = *state;
	AUTO(arena) a = arena_new();
	static const uint8_t scalar[SM2_SCALAR] = {0xf0, 0x43, 0x48, 0x1c, 0xe3, 0xba,
		0x13, 0x32, 0xcc, 0x26, 0x6a, 0xe7, 0x95, 0xf2, 0xa4, 0x1f, 0x10, 0x0e,
		0x52, 0xe4, 0x7e, 0xe5, 0x60, 0xde, 0x15, 0xd9, 0xe0, 0x14, 0xac, 0xab,
		0x35, 0xc9};
	struct bytes der = sample(a, "pkcs7/cfca_envelope_skid_0.p7"), cert_der;
	AUTO(key) key = NULL;
	struct cert cert;
	struct err e;

	assert_true(cert_decode(
		a, sample(a, "pkcs7/cfca_envelope_skid_0.cer"), &cert_der, &e));
	assert_true(cert_parse(&cert, cert_der, &e));
	assert_true(key_of_sm2(&key, scalar, &e));
	assert_opens(der, key, &cert, BYTES("Hello World!"));
	assert_shut(der, d->k->key, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recipient_opens_and_nobody_else_does),
		cmocka_unit_test(contents_of_every_length_come_back),
		cmocka_unit_test(two_envelopes_of_one_content_share_nothing),
		cmocka_unit_test(signed_and_enveloped_content_is_signed_by_its_sender),
		cmocka_unit_test(an_escrowed_key_is_whole_blocks_without_padding),
		cmocka_unit_test(who_may_not_be_encrypted_to_is_refused),
		cmocka_unit_test(every_order_of_the_wrapped_key_opens),
		cmocka_unit_test(recipients_by_key_id_or_without_issuer_open),
		cmocka_unit_test(the_mode_follows_the_parameters),
		cmocka_unit_test(every_failure_is_told_in_the_same_words),
		cmocka_unit_test(a_signed_message_is_no_envelope),
		cmocka_unit_test(survives_every_cut_and_flip),
		cmocka_unit_test(
			an_escrowed_key_of_another_maker_opens_and_its_signature_holds),
		cmocka_unit_test(an_envelope_of_cfca_opens),
	};

	return cmocka_run_group_tests(tests, desk_begin, desk_end);
}

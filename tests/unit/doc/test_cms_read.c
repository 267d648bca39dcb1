/* test_cms_read: the structures of GB/T 35275 and CMS, whole and broken.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cms_forge.h"
#include "torture.h"

static const struct forge plain = {.content = {(const uint8_t *)"abc", 3}};

static void both_families_are_told_apart(void **state)
{
	struct desk *d = *state;
	struct forge f = plain;
	struct cms c;
	struct err e;

	assert_true(cms_read(&c, forge(d, &f), &e));
	assert_true(c.gm && c.kind == CMS_SIGNED && c.version == 1);
	assert_bytes(c.content.octets, BYTES("abc"));
	assert_true(oid_is(c.content.type, OID_GM_DATA));
	f.outer = OID_P7_SIGNED;
	f.inner = OID_P7_DATA;
	assert_true(cms_read(&c, forge(d, &f), &e));
	assert_false(c.gm);
	assert_true(oid_is(c.content.type, OID_P7_DATA));
}

static void a_detached_message_has_no_content(void **state)
{
	struct desk *d = *state;
	struct forge f = plain;
	struct cms c;
	struct err e;

	f.detached = true;
	assert_true(cms_read(&c, forge(d, &f), &e));
	assert_false(c.content.present);
	assert_int_equal(c.content.octets.n, 0);
}

static void other_content_types_are_not_read_here(void **state)
{
	static const enum oid others[] = {
		OID_GM_DATA, OID_GM_ENCRYPTED, OID_P7_ENCRYPTED, OID_TST_INFO};
	struct desk *d = *state;
	struct cms c;
	struct err e;

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct forge f = plain;

		f.outer = others[i];
		assert_false(cms_is(forge(d, &f)));
		assert_false(cms_read(&c, forge(d, &f), &e));
		assert_int_equal(e.code, ERR_UNSUPPORTED);
	}
	assert_false(cms_read(&c, BYTES(""), &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(cms_is(BYTES("\x30\x80\x06\x09")));
}

static void octets_behind_the_message_are_refused(void **state)
{
	struct desk *d = *state;
	struct bytes der = forge(d, &plain);
	struct writer w = writer_in(d->a, der.n + 1);
	struct cms c;
	struct err e;

	write_bytes(&w, der);
	write_u8(&w, 0);
	assert_false(cms_read(&c, writer_bytes(&w), &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

static void a_signer_is_named_by_serial_or_by_key_id(void **state)
{
	struct desk *d = *state;
	struct forge f = plain;
	struct cms_signer s;
	struct bytes run;
	struct cms c;
	struct err e;

	assert_true(cms_read(&c, forge(d, &f), &e));
	run = c.signers;
	assert_true(cms_signer_next(&run, &s, &e));
	assert_int_equal(run.n, 0);
	assert_true(cert_is_named(&d->signer, s.id.issuer, s.id.serial));
	assert_int_equal(s.id.key_id.n, 0);
	assert_false(s.has_attrs);
	f.by_key_id = true;
	f.attrs = FORGE_FULL;
	assert_true(cms_read(&c, forge(d, &f), &e));
	run = c.signers;
	assert_true(cms_signer_next(&run, &s, &e));
	assert_bytes(s.id.key_id, d->signer.ski);
	assert_int_equal(s.id.issuer.n, 0);
	assert_true(s.has_attrs && s.version == 3);
}

static void a_broken_signer_leaves_the_run_where_it_was(void **state)
{
	struct bytes run = BYTES("\x30\x03\x02\x01\x01"), was = run;
	struct cms_signer s;
	struct cms_recipient r;
	struct err e;

	(void)state;
	assert_false(cms_signer_next(&run, &s, &e));
	assert_bytes(run, was);
	assert_false(cms_recipient_next(&run, &r, &e));
	assert_bytes(run, was);
	run = BYTES("\xa1\x03\x02\x01\x01"); /* key agreement */
	assert_false(cms_recipient_next(&run, &r, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
}

static void attributes_are_read_in_any_order(void **state)
{
	struct desk *d = *state;
	struct forge f = {.attrs = FORGE_FULL, .content = BYTES("abc")};
	struct cms_attrs a;
	struct bytes value;
	uint8_t sm3[SM3_SIZE];
	struct err e;
	struct bytes run = forge_attr_run(d, &f);

	sm3_of(f.content, sm3);
	assert_true(cms_attrs_read(&a, run, &e));
	assert_true(oid_is(a.content_type, OID_GM_DATA));
	assert_bytes(a.message_digest, BYTES_OF(sm3));
	assert_true(a.signing_time == KIT_NOW - TIME_HOUR);
	assert_int_equal(a.order_digest.n, 0);
	assert_true(cms_attr_find(run, OID_SIGNING_TIME, &value));
	assert_int_equal(value.p[0], DER_UTC_TIME);
	assert_false(cms_attr_find(run, OID_TIMESTAMP_TOKEN, &value));
	assert_true(cms_attrs_read(&a, (struct bytes){NULL, 0}, &e));
	assert_true(a.signing_time == TIME_NONE && a.content_type.n == 0);
}

static void attributes_twice_or_of_two_values_are_refused(void **state)
{
	static const enum forge_attrs wrong[] = {FORGE_TWICE, FORGE_TWO_VALUES};
	struct desk *d = *state;
	struct cms_attrs a;
	struct err e;

	for (size_t i = 0; i < 2; i++) {
		struct forge f = {.attrs = wrong[i], .content = BYTES("abc")};

		assert_false(cms_attrs_read(&a, forge_attr_run(d, &f), &e));
		assert_int_equal(e.code, ERR_MALFORMED);
	}
	/* Unknown ones too. */
	{
		struct writer w = writer_in(d->a, 256);

		forge_attr(&w, OID_FRIENDLY_NAME, BYTES("\x05\x00"));
		assert_true(cms_attrs_read(&a, writer_bytes(&w), &e));
		forge_attr(&w, OID_FRIENDLY_NAME, BYTES("\x05\x00"));
		assert_false(cms_attrs_read(&a, writer_bytes(&w), &e));
	}
	assert_false(cms_attrs_read(&a, BYTES("\x30\x00"), &e));
}

static void too_many_attributes_are_refused(void **state)
{
	struct desk *d = *state;
	struct writer w = writer_in(d->a, 8192);
	struct cms_attrs a;
	struct err e;

	for (uint8_t i = 0; i < 100; i++) {
		uint8_t attr[] = {0x30, 0x08, 0x06, 0x02, 0x2a, i, 0x31, 0x02, 0x05, 0};

		write_bytes(&w, BYTES_OF(attr));
	}
	assert_false(cms_attrs_read(&a, writer_bytes(&w), &e));
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

//= Protocols §3: content that is DER of attributes, a TBS_Sign or a login token
static void what_other_signatures_are_over_is_confusable(void **state)
{
	struct desk *d = *state;
	struct forge f = {.attrs = FORGE_FULL, .content = BYTES("abc")};
	struct bytes run = forge_attr_run(d, &f);

	assert_true(cms_content_is_confusable(forge_element(d->a, DER_SET, run)));
	assert_true(cms_content_is_confusable(BYTES("QIANYIN-LOGIN-1\0and more")));
	assert_true(cms_content_is_confusable(
		BYTES("\x30\x0d\x02\x01\x04\x30\x08\x30\x06\x30\x04\x16\x02"
		      "ES")));
	assert_false(cms_content_is_confusable(BYTES("")));
	assert_false(cms_content_is_confusable(BYTES("\x31\x00")));
	assert_false(cms_content_is_confusable(BYTES("QIANYIN-LOGIN-10")));
	assert_false(cms_content_is_confusable(BYTES("1 is the first octet of a SET")));
	assert_false(cms_content_is_confusable(d->signer.der));
}

static void read_all(struct bytes der, const struct alteration *what, void *ctx)
{
	struct cms_recipient r;
	struct cms_signer s;
	struct cms_attrs a;
	struct bytes run;
	struct cms c;
	struct err e;

	(void)ctx;
	(void)cms_is(der);
	(void)cms_content_is_confusable(der);
	if (!cms_read(&c, der, &e))
		return;
	/* A message cut short is never whole. */
	assert_int_not_equal(what->kind, TORTURE_CUT);
	for (run = c.signers; run.n && cms_signer_next(&run, &s, &e);)
		if (cms_attrs_read(&a, s.attrs, &e))
			(void)cms_content_is_confusable(s.attrs);
	for (run = c.recipients; run.n && cms_recipient_next(&run, &r, &e);)
		;
}

static void survives_every_cut_and_flip(void **state)
{
	struct desk *d = *state;
	struct forge f = {.attrs = FORGE_FULL, .content = BYTES("abc")};

	assert_true(torture_each(forge(d, &f), TORTURE_ALL, read_all, NULL) > 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_families_are_told_apart),
		cmocka_unit_test(a_detached_message_has_no_content),
		cmocka_unit_test(other_content_types_are_not_read_here),
		cmocka_unit_test(octets_behind_the_message_are_refused),
		cmocka_unit_test(a_signer_is_named_by_serial_or_by_key_id),
		cmocka_unit_test(a_broken_signer_leaves_the_run_where_it_was),
		cmocka_unit_test(attributes_are_read_in_any_order),
		cmocka_unit_test(attributes_twice_or_of_two_values_are_refused),
		cmocka_unit_test(too_many_attributes_are_refused),
		cmocka_unit_test(what_other_signatures_are_over_is_confusable),
		cmocka_unit_test(survives_every_cut_and_flip),
	};

	return cmocka_run_group_tests(tests, desk_begin, desk_end);
}

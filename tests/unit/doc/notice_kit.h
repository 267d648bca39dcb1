/* notice_kit: a tender with five trustees and two witnesses, and its notice, sealed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_NOTICE_KIT_H
#define QY_TESTS_NOTICE_KIT_H

#include "doc/notice.h"
#include "package_kit.h"

enum { CALL_TRUSTEES = 5, CALL_WITNESSES = 2 };

/* What a purchaser has at hand to call for bids. */
struct call {
	struct desk *d;
	struct arena *a;
	struct key *buyer_key, *keys[CALL_TRUSTEES], *signers[CALL_TRUSTEES];
	struct key *log_key, *receipt_key, *witness_keys[CALL_WITNESSES], *intake_key;
	struct cert buyer, signer_certs[CALL_TRUSTEES];
	struct notice n;
	struct notice_lot lot;
	struct notice_part parts[2];
	struct notice_trustee trustees[CALL_TRUSTEES];
	struct notice_witness witnesses[CALL_WITNESSES];
	struct evidence *evidence;
};

/* A credit code: 17 characters and the one that checks them. */
static inline const char *call_code(struct arena *a, unsigned which)
{
	char *code = arena_printf(a, "91110000MA%07u0", which);

	for (const char *p = "0123456789ABCDEFGHJKLMNPQRTUWXY"; *p; p++) {
		code[17] = *p;
		if (credit_code_is_valid(bytes_str(code)))
			return code;
	}
	fail_msg("no check digit");
	return NULL;
}

static inline struct notice_person call_person(
	struct call *c, const char *name, unsigned which)
{
	return (struct notice_person){bytes_str(name), bytes_str(call_code(c->a, which))};
}

static inline struct cert call_cert(struct call *c, enum issue_profile profile,
	const struct notice_person *p, struct key *key)
{
	struct issue_spec spec = kit_spec(profile, arena_str(c->a, p->name));

	spec.credit_code = arena_str(c->a, p->credit_code);
	return kit_issue(c->d->k, &spec, &key->pub, &c->d->k->ca, c->d->k->ca_key);
}

/* A key made in the trustee's own device: its certificate is signed by itself. */
static inline struct cert call_device_cert(struct call *c, size_t i)
{
	struct issue_spec spec = kit_spec(ISSUE_ENCRYPT, "自有设备");
	struct issue_spec root = kit_spec(ISSUE_ROOT, "自有设备");
	struct cert own =
		kit_issue(c->d->k, &root, &c->signers[i]->pub, NULL, c->signers[i]);

	return kit_issue(c->d->k, &spec, &c->keys[i]->pub, &own, c->signers[i]);
}

static inline void call_accept(struct call *c, size_t i)
{
	struct notice_trustee *t = &c->trustees[i];
	struct acceptance x = {.tender = c->n.tender,
		.role = t->role,
		.device_made = t->device_made,
		.time = KIT_NOW - TIME_HOUR};
	struct err e;

	memcpy(x.cert, t->cert.sm3, SM3_SIZE);
	if (!acceptance_sign(c->a, &t->acceptance, c->d->w, &x, c->signers[i],
		    c->signer_certs[i].der, &e))
		fail_msg("%s", e.text);
}

static inline void call_trustee(
	struct call *c, size_t i, const char *role, const char *name, bool device_made)
{
	struct notice_trustee *t = &c->trustees[i];

	t->role = bytes_str(role);
	t->person = i ? call_person(c, name, 10 + (unsigned)i) : c->n.purchaser;
	t->device_made = device_made;
	c->keys[i] = kit_key(c->d->k, KEY_SM2);
	c->signers[i] = kit_key(c->d->k, KEY_SM2);
	c->signer_certs[i] = call_cert(c, ISSUE_SIGN, &t->person, c->signers[i]);
	t->cert = device_made ? call_device_cert(c, i)
			      : call_cert(c, ISSUE_ENCRYPT, &t->person, c->keys[i]);
	call_accept(c, i);
}

static inline void call_others(struct call *c)
{
	static const char *const names[CALL_WITNESSES] = {"见证甲公证处", "见证乙研究院"};

	for (unsigned i = 0; i < CALL_WITNESSES; i++) {
		c->witness_keys[i] = kit_key(c->d->k, KEY_SM2);
		c->witnesses[i].person = call_person(c, names[i], 30 + i);
		c->witnesses[i].key = c->witness_keys[i]->pub;
	}
	c->log_key = kit_key(c->d->k, KEY_SM2);
	c->receipt_key = kit_key(c->d->k, KEY_SM2);
	c->intake_key = kit_key(c->d->k, KEY_SM2);
	c->n.log = c->log_key->pub;
	c->n.receipt = c->receipt_key->pub;
	c->n.intake = call_cert(c, ISSUE_ENCRYPT, &c->n.operator, c->intake_key);
}

static inline int call_begin(void **state)
{
	struct call *c = NEW(struct call);
	void *desk;
	struct err e;

	desk_begin(&desk);
	c->d = desk;
	c->a = c->d->a;
	c->d->anchor.credit_code = CREDIT_GM_ORGANIZATION_CODE;
	c->n = (struct notice){.tender = BYTES("ZC-2026-001"),
		.title = BYTES("某某采购项目招标公告"),
		.deadline = KIT_NOW + 20 * TIME_DAY,
		.round = 1,
		.policy = LOCKBOX_OWNER_OR_TRUSTEES,
		.t = 3,
		.platform = BYTES("platform.example"),
		.origin = BYTES("https://platform.example")};
	c->n.purchaser = call_person(c, "某某采购中心", 1);
	c->n.agency = call_person(c, "某某代理公司", 2);
	c->n.operator= call_person(c, "某某平台公司", 3);
	c->lot = (struct notice_lot){BYTES("1"), BYTES("第一标段")};
	c->parts[0] = (struct notice_part){BYTES("1"), BYTES("technical"),
		BYTES("技术部分"), NOTICE_PART_OTHER, NOTICE_FIRST_OPENING};
	c->parts[1] = (struct notice_part){BYTES("1"), BYTES("price"), BYTES("报价部分"),
		NOTICE_PART_PRICE, NOTICE_SECOND_OPENING};
	call_trustee(c, 0, "purchaser", "", true);
	call_trustee(c, 1, "supervisor", "某某监督局", false);
	call_trustee(c, 2, "notary", "某某公证处", false);
	call_trustee(c, 3, "notary", "另一公证处", true);
	call_trustee(c, 4, "bank", "某某银行", true);
	call_others(c);
	c->n.lots = &c->lot;
	c->n.lot_count = 1;
	c->n.parts = c->parts;
	c->n.part_count = 2;
	c->n.trustees = c->trustees;
	c->n.trustee_count = CALL_TRUSTEES;
	c->n.witnesses = c->witnesses;
	c->n.witness_count = CALL_WITNESSES;
	c->buyer_key = kit_key(c->d->k, KEY_SM2);
	c->buyer = call_cert(c, ISSUE_SIGN, &c->n.purchaser, c->buyer_key);
	c->evidence = evidence_new(c->a);
	assert_true(evidence_add_crl(c->evidence, c->d->crl, &e));
	*state = c;
	return 0;
}

static inline int call_end(void **state)
{
	struct call *c = *state;
	void *desk = c->d;

	for (size_t i = 0; i < CALL_TRUSTEES; i++) {
		key_free(c->keys[i]);
		key_free(c->signers[i]);
	}
	for (size_t i = 0; i < CALL_WITNESSES; i++)
		key_free(c->witness_keys[i]);
	key_free(c->log_key);
	key_free(c->receipt_key);
	key_free(c->intake_key);
	key_free(c->buyer_key);
	mem_free(c);
	return desk_end(&desk);
}

/* The notice typeset; skipped where there is no font. */
static inline struct bytes call_paper(struct call *c)
{
	struct buf b = buf_make(1 << 26);
	struct bytes out;
	struct err e;

	if (!notice_make(c->a, c->d->w, &c->n, sink_to_buf(&b), &e)) {
		buf_fini(&b);
		if (e.code == ERR_NOT_FOUND)
			SKIP("no font for pages: %s", e.text);
		fail_msg("%s", e.text);
	}
	out = arena_dup(c->a, buf_bytes(&b));
	buf_fini(&b);
	return out;
}

/* Sealed whole with this key. */
static inline struct bytes call_seal(
	struct call *c, struct bytes paper, struct key *key, const struct cert *cert)
{
	return package_seal(c->d, paper,
		&(struct ofd_sign_spec){.seal = package_seal_of(c->d, cert),
			.key = key,
			.cert = cert->der,
			.time = KIT_NOW,
			.page = 1});
}

#endif

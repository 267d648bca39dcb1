/* lab: see lab.h. A faulty certificate is a right one taken apart, changed and signed
 * again, so that issue.c knows nothing of faults. SPDX-License-Identifier: Apache-2.0
 */
#include "pki/lab.h"

#include "base/time.h"
#include "pki/cert_ext.h"
#include "pki/issue_write.h"
#include "pki/sig_alg.h"

static const char *const fault_names[LAB_FAULT_COUNT] = {[LAB_FAULTLESS] = "faultless",
#define FAULT(name, text) [LAB_##name] = text,
	LAB_FAULTS(FAULT)
#undef FAULT
};

const char *lab_fault_name(enum lab_fault fault)
{
	return fault < LAB_FAULT_COUNT ? fault_names[fault] : "?";
}

bool lab_key(struct key **out, const char *word, struct err *e)
{
	uint8_t d[SM3_SIZE];

	sm3_of(bytes_str(word), d);
	d[0] &= 0x7f; /* below the order of the group */
	return key_of_sm2(out, d, e);
}

static int64_t lab_now(struct world *w)
{
	return ((struct lab_world *)w)->at;
}

/* SM3 of seed and a counter. */
static void lab_random(struct world *w, void *p, size_t n)
{
	struct lab_world *lab = (struct lab_world *)w;
	struct writer out = writer_over(p, n);
	uint8_t block[SM3_SIZE], input[16];

	while (out.n < n) {
		struct writer in = writer_over(input, sizeof input);

		write_be64(&in, lab->seed);
		write_be64(&in, lab->count++);
		sm3_of(BYTES_OF(input), block);
		write_bytes(&out, bytes_head(BYTES_OF(block), n - out.n));
	}
}

struct lab_world lab_world_make(int64_t at, uint64_t seed)
{
	return (struct lab_world){{lab_now, lab_random}, at, 0, seed};
}

/* The fields of a TBSCertificate, each whole but for the extensions. */
struct parts {
	struct bytes version, serial, algorithm, issuer, validity, subject, spki;
	struct bytes extensions; /* content of the SEQUENCE OF */
};

static bool take_apart(struct parts *p, const struct cert *c, struct err *e)
{
	struct bytes body;

	p->extensions = c->extensions;
	return der_only(c->tbs, DER_SEQUENCE, &body, e) &&
	       der_take_whole(&body, DER_CONTEXT(0), &p->version, e) &&
	       der_take_whole(&body, DER_INTEGER, &p->serial, e) &&
	       der_take_whole(&body, DER_SEQUENCE, &p->algorithm, e) &&
	       der_take_whole(&body, DER_SEQUENCE, &p->issuer, e) &&
	       der_take_whole(&body, DER_SEQUENCE, &p->validity, e) &&
	       der_take_whole(&body, DER_SEQUENCE, &p->subject, e) &&
	       der_take_whole(&body, DER_SEQUENCE, &p->spki, e);
}

static struct bytes put_together(struct arena *a, const struct parts *p)
{
	struct writer d = writer_in(a, 64 * 1024);
	size_t tbs = der_open(&d, DER_SEQUENCE), wrapped;

	write_bytes(&d, p->version);
	write_bytes(&d, p->serial);
	write_bytes(&d, p->algorithm);
	write_bytes(&d, p->issuer);
	write_bytes(&d, p->validity);
	write_bytes(&d, p->subject);
	write_bytes(&d, p->spki);
	wrapped = der_open(&d, DER_CONTEXT(3));
	der_put(&d, DER_SEQUENCE, p->extensions);
	der_close(&d, wrapped);
	der_close(&d, tbs);
	return writer_bytes(&d);
}

static struct bytes validity(struct arena *a, int64_t from, int64_t to)
{
	struct writer d = writer_in(a, 64);
	size_t opened = der_open(&d, DER_SEQUENCE);

	der_put_time(&d, from);
	der_put_time(&d, to);
	der_close(&d, opened);
	return writer_bytes(&d);
}

static struct bytes bad_validity(struct arena *a)
{
	struct writer d = writer_in(a, 64);
	size_t opened = der_open(&d, DER_SEQUENCE);

	der_put(&d, DER_UTC_TIME, BYTES("260230000000Z"));
	der_put(&d, DER_UTC_TIME, BYTES("360230000000Z"));
	der_close(&d, opened);
	return writer_bytes(&d);
}

/* The extensions without basicConstraints, or with the first one or an unknown one more.
 */
static struct bytes change_extensions(
	struct arena *a, struct bytes list, enum lab_fault fault)
{
	struct writer d = writer_in(a, list.n * 2 + 256);
	struct bytes rest = list;
	struct extension x;
	struct err e;

	while (rest.n) {
		struct bytes from = rest;

		if (!extension_next(&rest, &x, &e))
			break;
		if (fault == LAB_NO_BASIC_CONSTRAINTS &&
			oid_is(x.oid, OID_BASIC_CONSTRAINTS))
			continue;
		write_bytes(&d, bytes_head(from, from.n - rest.n));
		if (fault == LAB_DUPLICATE_EXTENSION && from.n == list.n)
			write_bytes(&d, bytes_head(from, from.n - rest.n));
	}
	if (fault == LAB_UNKNOWN_CRITICAL) {
		struct extension_mark mark = extension_open(&d, OID_SIGNING_TIME, true);

		der_put_null(&d);
		extension_close(&d, mark);
	}
	return writer_bytes(&d);
}

static void change(
	struct arena *a, struct parts *p, enum lab_fault fault, struct world *w)
{
	int64_t now = w->now(w);

	if (fault == LAB_EXPIRED)
		p->validity = validity(a, now - 30 * TIME_DAY, now - TIME_DAY);
	else if (fault == LAB_NOT_YET_VALID)
		p->validity = validity(a, now + TIME_DAY, now + 30 * TIME_DAY);
	else if (fault == LAB_DATES_REVERSED)
		p->validity = validity(a, now + TIME_DAY, now - TIME_DAY);
	else if (fault == LAB_BAD_TIME)
		p->validity = bad_validity(a);
	else if (fault == LAB_NEGATIVE_SERIAL)
		p->serial = BYTES("\x02\x02\x80\x01");
	else if (fault == LAB_EMPTY_ISSUER)
		p->issuer = BYTES("\x30\x00");
	else
		p->extensions = change_extensions(a, p->extensions, fault);
}

/* Signs the parts, with the outer faults. */
static bool sign_parts(struct arena *a, struct bytes *out, struct world *w,
	struct bytes tbs, enum lab_fault fault, struct key *key, struct err *e)
{
	enum sig_alg alg = sig_default(key->pub.kind);
	uint8_t value[SIG_VALUE_MAX];
	struct writer signature = writer_over(value, sizeof value);
	struct writer d = writer_in(a, tbs.n + SIGNED_OVERHEAD + 8);
	size_t opened = der_open(&d, DER_SEQUENCE);

	if (!key_sign_message(key, w, alg, tbs, &signature, e))
		return false;
	if (fault == LAB_WRONG_SIGNATURE)
		value[signature.n - 1] ^= 1;
	write_bytes(&d, tbs);
	if (fault == LAB_ALGORITHMS_DIFFER)
		der_put_algorithm(&d, sig_alg_oid(alg), alg == SIG_SM2_SM3);
	else
		sig_alg_write(&d, alg);
	der_put_bit_string(&d, writer_bytes(&signature));
	der_close(&d, opened);
	if (fault == LAB_OCTETS_BEHIND)
		write_u8(&d, 0);
	*out = writer_bytes(&d);
	return true;
}

bool lab_issue(struct arena *a, struct bytes *out, struct world *w,
	const struct issue_spec *spec, enum lab_fault fault, const struct pubkey *pub,
	const struct cert *issuer, struct key *issuer_key, struct err *e)
{
	struct parts p;
	struct bytes right;
	struct cert c;

	if (!issue_cert(a, &right, w, spec, pub, issuer, issuer_key, e) ||
		!cert_parse(&c, right, e) || !take_apart(&p, &c, e))
		return false;
	change(a, &p, fault, w);
	return sign_parts(a, out, w, put_together(a, &p), fault, issuer_key, e);
}

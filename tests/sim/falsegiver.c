/* falsegiver: the papers around a bid as only liars make them: shares, re-wrap records
 * and headers that are well formed, and signed by whoever is named.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: falsegiver WAY BID OUT SIGNER.key SIGNER.cer CERT PART PLACE [TRUSTEE.key FROM]
 *   random     a share of PART in PLACE's name with a value drawn at random, for CERT
 *   moved      the same with the value TRUSTEE.key takes out of the part FROM
 *   unsigned   as moved, but a bit of the signature is turned over
 *   rewrap     a re-wrap record for CERT in PLACE's place, all its values drawn at random
 *   resigned   the bid with a header whose signature is the signer's, all else unchanged
 *   stolen     the same, and the header names the signer
 * BID has a clear header. What a way does not need is not looked at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/der.h"
#include "crypto/keyfile.h"
#include "doc/cms_write.h"
#include "doc/qyb_intake.h"
#include "doc/qyb_put.h"
#include "doc/qyb_signed.h"
#include "pki/cert.h"

enum { BID_MAX = 1 << 26, RECORD_ROOM = 1024, LEAST_WORDS = 9, MOVED_WORDS = 11 };

struct liar {
	struct arena *a;
	struct world *w;
	struct qyb *q;
	struct bytes file;
	struct keyfile sign;
	struct cert signer_cert, to;
	struct bytes part;
	uint16_t place;
	size_t party;
};

static bool cert_of(struct arena *a, const char *path, struct cert *out, struct err *e)
{
	struct bytes file, der;

	return file_slurp(a, path, CERT_MAX, &file, e) && cert_decode(a, file, &der, e) &&
	       cert_parse(out, der, e);
}

static bool key_of(struct arena *a, const char *path, struct keyfile *out, struct err *e)
{
	struct bytes file;

	return file_slurp(a, path, KEYFILE_MAX, &file, e) &&
	       keyfile_read(out, a, file, NULL, e);
}

static struct qyb_signer signer_of(const struct liar *l)
{
	return (struct qyb_signer){l->sign.key, l->signer_cert.der, l->w->now(l->w)};
}

/* --- shares */

static bool value_moved(
	struct lockbox_value *v, struct liar *l, char **argv, struct err *e)
{
	struct keyfile key = {0};
	bool committed, ok;
	size_t from;

	ok = key_of(l->a, argv[9], &key, e) &&
	     qyb_part_find(l->q, bytes_str(argv[10]), &from, e) &&
	     qyb_take(v, &committed, l->q, from, l->party, key.key, e);
	keyfile_fini(&key);
	return ok;
}

/* A share as qyb_share_write has it, but that a bit of its signature is wrong: the
 * signature value is what stands last. */
static bool share_unsigned(
	struct bytes *out, struct liar *l, const struct qyb_share *s, struct err *e)
{
	static const struct bytes aad = {(const uint8_t *)"qyb/1 share", 11};
	struct writer v = writer_in(l->a, RECORD_ROOM), sealed;
	struct qyb_signer signer = signer_of(l);
	size_t all = qyb_open_head(&v, s->header);
	struct bytes der;
	uint8_t *copy;

	der_put(&v, DER_UTF8_STRING, s->part);
	der_put_small(&v, DER_INTEGER, s->value.i);
	der_put(&v, DER_OCTET_STRING, BYTES_OF(s->value.v));
	der_put(&v, DER_OCTET_STRING, BYTES_OF(s->checkpoint));
	der_close(&v, all);
	if (!qyb_sign(&der, l->a, l->w, writer_bytes(&v), OID_QY_QYB_SHARE, &signer, e))
		return false;
	copy = arena_alloc(l->a, der.n);
	memcpy(copy, der.p, der.n);
	copy[der.n - 1] ^= 1;
	sealed = writer_in(l->a, der.n + QYB_INTAKE_EXTRA);
	if (!qyb_intake_seal(&sealed, l->w, &l->to, aad, bytes_make(copy, der.n), e))
		return false;
	*out = writer_bytes(&sealed);
	return true;
}

static bool share_make(struct bytes *out, struct liar *l, char **argv, struct err *e)
{
	struct qyb_share s = {.part = l->part};
	struct qyb_signer signer = signer_of(l);

	memcpy(s.header, l->q->header_sm3, SM3_SIZE);
	if (strcmp(argv[1], "random") == 0)
		l->w->random(l->w, s.value.v, sizeof s.value.v);
	else if (!value_moved(&s.value, l, argv, e))
		return false;
	s.value.i = l->place;
	if (strcmp(argv[1], "unsigned") == 0)
		return share_unsigned(out, l, &s, e);
	return qyb_share_write(out, l->a, l->w, &s, &signer, &l->to, e);
}

/* --- re-wrap records */

static bool rewrap_make(struct bytes *out, struct liar *l, struct err *e)
{
	struct qyb_rewrap *r = ARENA_NEW(l->a, struct qyb_rewrap);
	struct lockbox_party to = l->q->context.parties[l->party];
	struct qyb_signer signer = signer_of(l);
	uint8_t ctx[SM3_SIZE], v[LOCKBOX_SECRET];

	memcpy(r->header, l->q->header_sm3, SM3_SIZE);
	memcpy(to.cert, l->to.sm3, sizeof to.cert);
	memcpy(to.point, l->to.key.point.p, sizeof to.point);
	r->cert = l->to;
	r->i = l->place;
	r->count = l->q->part_count;
	for (size_t k = 0; k < r->count; k++) {
		r->parts[k] = l->q->parts[k].id;
		l->w->random(l->w, v, sizeof v);
		qyb_ctx(ctx, l->q, k);
		if (!lockbox_wrap(&r->envelopes[k], l->w, ctx, &to, v, e))
			return false;
	}
	return qyb_rewrap_write(out, l->a, l->w, r, &signer, e);
}

/* --- headers */

static bool header_make(struct bytes *out, struct liar *l, bool stolen, struct err *e)
{
	size_t n = (size_t)l->q->outer.header_size, open;
	uint64_t behind = l->q->outer.size + l->q->outer.header_size;
	struct writer h = writer_in(l->a, n), stored = writer_in(l->a, n), all;
	struct bytes signature;
	struct cms_sign_spec spec = {.content_type = OID_QY_QYB_HEADER,
		.key = l->sign.key,
		.cert = l->signer_cert.der,
		.signing_time = l->w->now(l->w)};

	if (stolen)
		memcpy(l->q->context.signer, l->signer_cert.sm3, SM3_SIZE);
	qyb_put_header(&h, l->q);
	{
		AUTO(source) content = source_of_bytes(writer_bytes(&h));

		spec.content = content;
		if (!cms_sign(l->a, &signature, l->w, &spec, e))
			return false;
	}
	open = der_open(&stored, DER_SEQUENCE);
	write_bytes(&stored, writer_bytes(&h));
	der_put(&stored, DER_OCTET_STRING, signature);
	der_close(&stored, open);
	if (stored.full)
		return err_set(e, ERR_TOO_LARGE, "header");
	memset(stored.p + stored.n, 0, n - stored.n);
	qyb_root(l->q->outer.root, l->q, bytes_make(stored.p, n));
	all = writer_in(l->a, l->file.n);
	qyb_put_outer(&all, &l->q->outer);
	write_bytes(&all, bytes_make(stored.p, n));
	write_bytes(&all, bytes_from(l->file, (size_t)behind));
	*out = writer_bytes(&all);
	return true;
}

/* --- all of it */

static bool party_find(struct liar *l, struct err *e)
{
	for (l->party = 0; l->party < l->q->context.party_count; l->party++)
		if (l->q->context.parties[l->party].i == l->place)
			return true;
	return err_set(e, ERR_USAGE, "no place %u", l->place);
}

static bool lie(struct liar *l, char **argv, struct err *e)
{
	AUTO(source) file = NULL;
	struct bytes out;
	bool ok;

	if (!file_slurp(l->a, argv[2], BID_MAX, &l->file, e))
		return false;
	file = source_of_bytes(l->file);
	l->part = bytes_str(argv[7]);
	l->place = (uint16_t)strtoul(argv[8], NULL, 10);
	if (!qyb_read(&l->q, l->a, file, NULL, e) ||
		!key_of(l->a, argv[4], &l->sign, e) ||
		!cert_of(l->a, argv[5], &l->signer_cert, e) ||
		!cert_of(l->a, argv[6], &l->to, e) || !party_find(l, e))
		return false;
	if (strcmp(argv[1], "rewrap") == 0)
		ok = rewrap_make(&out, l, e);
	else if (strcmp(argv[1], "resigned") == 0 || strcmp(argv[1], "stolen") == 0)
		ok = header_make(&out, l, argv[1][0] == 's', e);
	else
		ok = share_make(&out, l, argv, e);
	return ok && file_write(argv[3], 0600, out, e);
}

static bool words_are_enough(int argc, char **argv)
{
	static const char *const ways[] = {
		"random", "moved", "unsigned", "rewrap", "resigned", "stolen"};

	for (size_t k = 0; argc >= LEAST_WORDS && k < sizeof ways / sizeof *ways; k++)
		if (strcmp(argv[1], ways[k]) == 0)
			return (k != 1 && k != 2) || argc == MOVED_WORDS;
	return false;
}

int main(int argc, char **argv)
{
	AUTO(arena) a = arena_new();
	struct liar l = {.a = a, .w = world_system()};
	struct err e;
	bool ok;

	if (!words_are_enough(argc, argv)) {
		(void)fprintf(stderr, "usage: see the head of falsegiver.c\n");
		return 64;
	}
	ok = lie(&l, argv, &e);
	keyfile_fini(&l.sign);
	if (!ok)
		(void)fprintf(stderr, "falsegiver: %s\n", e.text);
	return ok ? 0 : 1;
}

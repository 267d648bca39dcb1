/* qye_renew: choosing who stamps, and renewing the records of the last generation.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/cms_read.h"
#include "doc/qye_private.h"
#include "doc/qye_write.h"
#include "doc/zip_write.h"
#include "pki/sig_alg.h"

/* --- choosing -------------------------------------------------------------------------
 */

static bool is_sm(enum digest_alg alg)
{
	return alg == DIGEST_SM3;
}

enum fitness { BROKEN, SAME_FAMILY, OTHER_FAMILY };

/* How well a token goes with a tree, by the digest it is signed with. */
static enum fitness fitness_of(
	struct bytes token, enum digest_alg tree, const struct constraints *constraints)
{
	struct cms_signer signer;
	enum digest_alg alg;
	struct cms c;
	struct err e;

	if (!cms_read(&c, token, &e) || c.kind != CMS_SIGNED ||
		!cms_signer_next(&c.signers, &signer, &e) ||
		!digest_of_oid(&alg, signer.digest_oid) ||
		constraints_digest(constraints, alg) != CONSTRAINTS_OPEN)
		return BROKEN;
	return is_sm(alg) == is_sm(tree) ? SAME_FAMILY : OTHER_FAMILY;
}

static bool choose(void *ctx, struct arena *a, struct bytes imprint, struct bytes *token,
	struct err *e)
{
	const struct qye_chooser *c = ctx;
	enum fitness best = BROKEN, fitness;
	struct bytes first = {NULL, 0}, one;
	bool asked = false;

	for (size_t i = 0; i < c->stampers->count && best != OTHER_FAMILY; i++) {
		const struct stamper *s = &c->stampers->list[i];

		if (s->alg != c->alg)
			continue;
		asked = true;
		if (!s->stamp(s->ctx, a, imprint, &one, e))
			continue;
		fitness = fitness_of(one, c->alg, c->stampers->constraints);
		if (first.n && fitness <= best)
			continue;
		first = one;
		best = fitness;
	}
	if (!asked)
		return err_set(e, ERR_USAGE, "no time stamping authority for %s",
			digest_name(c->alg));
	if (first.n == 0)
		return false;
	*token = first;
	return true;
}

struct stamper qye_choose(
	struct qye_chooser *c, const struct qye_stampers *stampers, enum digest_alg alg)
{
	*c = (struct qye_chooser){stampers, alg};
	return (struct stamper){.ctx = c, .alg = alg, .stamp = choose};
}

/* --- renewing -------------------------------------------------------------------------
 */

struct members {
	struct qye *q;
	size_t *zip;
	size_t count;
};

static bool member_digest(
	void *ctx, size_t i, enum digest_alg alg, uint8_t *out, struct err *e)
{
	const struct members *m = ctx;
	struct writer w = writer_over(out, digest_size(alg));
	const uint8_t *digest;

	if (!qye_digest(m->q, m->zip[i], alg, &digest, e))
		return false;
	write_bytes(&w, bytes_make(digest, digest_size(alg)));
	return true;
}

/* The objects of a record, by its ASiC manifest. */
static bool members_of(struct members *m, struct arena *a, struct qye *q,
	const struct qye_record *rec, struct err *e)
{
	struct qye_references refs;

	if (!qye_asic_read(&refs, a, rec->xml, e))
		return false;
	*m = (struct members){.q = q, .zip = ARENA_ARRAY(a, refs.count, size_t)};
	for (; m->count < refs.count; m->count++)
		if (!zip_find(q->zip, refs.list[m->count].path, &m->zip[m->count]))
			return err_set(e, ERR_NOT_FOUND, "an object is missing");
	return true;
}

struct renewal {
	const struct timestamp_kept *kept;
	const enum digest_alg *tree;
	const struct qye_stampers *stampers;
};

static bool needs_tree(const struct renewal *n, const struct ers_chain *last)
{
	return n->tree && (!last->alg_known || is_sm(last->alg) == is_sm(*n->tree) ||
				  constraints_digest(n->stampers->constraints,
					  last->alg) != CONSTRAINTS_OPEN);
}

static bool renew_record(struct arena *a, struct qye *q, struct qye_record *rec,
	const struct renewal *n, struct err *e)
{
	const struct ers_chain *last;
	struct qye_chooser chooser;
	struct stamper stamper;
	struct members m;
	struct ers *old;

	if (!ers_read(&old, a, rec->der, e))
		return false;
	last = &old->chains[old->count - 1];
	if (!needs_tree(n, last)) {
		stamper = qye_choose(&chooser, n->stampers, last->alg);
		return ers_renew(a, &rec->der, old, n->kept, &stamper, e);
	}
	stamper = qye_choose(&chooser, n->stampers, *n->tree);
	return members_of(&m, a, q, rec, e) &&
	       ers_renew_tree(a, &rec->der, old, *n->tree,
		       &(struct ers_group){m.count, member_digest, &m}, n->kept, &stamper,
		       e);
}

struct timestamp_kept qye_kept(struct arena *a, const struct record *record)
{
	struct bytes *lists[RECORD_TIMESTAMP];
	size_t counts[RECORD_TIMESTAMP] = {0};

	for (size_t k = 0; k < RECORD_TIMESTAMP; k++)
		lists[k] = ARENA_ARRAY(a, record->count, struct bytes);
	for (size_t i = 0; i < record->count; i++) {
		enum record_type type = record->items[i].type;

		if (type < RECORD_TIMESTAMP)
			lists[type][counts[type]++] = record->items[i].der;
	}
	return (struct timestamp_kept){.certs = lists[RECORD_CERT],
		.cert_count = counts[RECORD_CERT],
		.crls = lists[RECORD_CRL],
		.crl_count = counts[RECORD_CRL],
		.ocsps = lists[RECORD_OCSP],
		.ocsp_count = counts[RECORD_OCSP]};
}

/* The record that stands at this place of the zip and was renewed, or null. */
static const struct qye_record *renewed_at(
	const struct qye_record *records, size_t count, size_t zip)
{
	for (size_t i = 0; i < count; i++)
		if (records[i].zip_der == zip)
			return &records[i];
	return NULL;
}

bool qye_renew(struct sink to, struct arena *a, struct qye *q,
	const struct timestamp_kept *kept, const enum digest_alg *tree,
	const struct qye_stampers *stampers, struct err *e)
{
	struct renewal n = {kept, tree, stampers};
	AUTO(zip_writer) w = zip_writer_new(to);
	struct qye_record *renewed = ARENA_ARRAY(a, q->record_count, struct qye_record);
	size_t count = 0;

	for (size_t i = 0; i < q->record_count; i++) {
		if (q->records[i].generation != q->generations || q->records[i].missing)
			continue;
		renewed[count] = q->records[i];
		if (!renew_record(a, q, &renewed[count++], &n, e))
			return false;
	}
	for (size_t i = 0; i < zip_count(q->zip); i++) {
		const struct qye_record *rec = renewed_at(renewed, count, i);

		if (rec ? !zip_add(w, bytes_str(rec->path), rec->der, false, e)
			: !zip_copy(w, q->zip, i, e))
			return false;
	}
	return zip_finish(w, e);
}

/* qyb_pack: see qyb_pack.h. The parts are written first, behind room for outer part and
 * header, which are put into it when all digests are known.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qyb_pack.h"

#include <string.h>

#include "asn1/der.h"
#include "base/time.h"
#include "crypto/merkle.h"
#include "doc/cms_write.h"
#include "doc/qyb_intake.h"
#include "doc/qyb_pipe.h"
#include "doc/qyb_put.h"

enum {
	SIGNATURE_ROOM = 4096,   /* beyond the signer's certificate */
	SEALED_BLOCK = 16 * 1024 /* a sealed header tells its size in these only */
};

struct packing {
	const struct qyb_pack_spec *spec;
	struct outfile *to;
	struct world *w;
	struct arena *a;
	struct qyb q; /* what is being made */
	struct cert intake;
};

/* --- who receives */

static bool party_add(struct packing *p, struct lockbox_party *party, uint16_t i,
	struct bytes role, struct bytes der, struct err *e)
{
	struct cert c;

	if (!cert_parse(&c, der, e))
		return err_in(e, "certificate of recipient %u", i);
	if (!c.key_known || c.key.kind != KEY_SM2)
		return err_set(e, ERR_UNSUPPORTED, "recipient %u: key is not SM2", i);
	if (!cert_may_encrypt(&c))
		return err_set(e, ERR_SIGNER, "recipient %u: not for encryption", i);
	party->i = i;
	party->role = role;
	memcpy(party->cert, c.sm3, sizeof party->cert);
	memcpy(party->point, c.key.point.p, sizeof party->point);
	p->q.certs[p->q.context.party_count++] = c;
	return true;
}

static bool parties_make(struct packing *p, struct err *e)
{
	const struct qyb_pack_spec *s = p->spec;
	size_t n = s->trustee_count + s->owner_count;
	struct lockbox_party *all;

	if (s->trustee_count > LOCKBOX_TRUSTEES_MAX ||
		s->owner_count > LOCKBOX_OWNERS_MAX)
		return err_set(e, ERR_USAGE, "too many recipients");
	all = ARENA_ARRAY(p->a, n, struct lockbox_party);
	p->q.certs = ARENA_ARRAY(p->a, n, struct cert);
	p->q.context.parties = all;
	for (size_t k = 0; k < n; k++) {
		bool trustee = k < s->trustee_count;
		size_t at = trustee ? k : k - s->trustee_count;

		if (!party_add(p, &all[k],
			    (uint16_t)(trustee ? at + 1 : LOCKBOX_OWNER_FIRST + at),
			    trustee ? s->roles[at] : BYTES("owner"),
			    trustee ? s->trustees[at] : s->owners[at], e))
			return false;
	}
	return true;
}

/* --- one part */

struct part_work {
	struct packing *p;
	const struct lockbox_keys *keys;
	struct source *content;
	struct qyb_part *part;
	uint8_t (*leaves)[SM3_SIZE]; /* one for each thread's chunk in flight */
	struct merkle tree;
};

/* Octets [at, at + n) of the padded plaintext: length, content, zeros. */
static bool padded_read(
	struct part_work *w, uint64_t at, uint8_t *out, size_t n, struct err *e)
{
	uint64_t size = source_size(w->content);
	size_t i = 0;

	for (; i < n && at + i < QYB_LENGTH; i++)
		out[i] = (uint8_t)(size >> (8 * (QYB_LENGTH - 1 - (at + i))));
	if (i < n && at + i - QYB_LENGTH < size) {
		uint64_t from = at + i - QYB_LENGTH, left = size - from;
		size_t some = left < n - i ? (size_t)left : n - i;

		if (!source_read(w->content, from, out + i, some, e))
			return false;
		i += some;
	}
	memset(out + i, 0, n - i);
	return true;
}

static bool chunk_work(void *ctx, uint32_t j, uint8_t *room, size_t *n, struct err *e)
{
	struct part_work *w = ctx;
	size_t plain = qyb_chunk_size(w->part, j) - SM4_TAG;

	if (!padded_read(w, (uint64_t)j * LOCKBOX_CHUNK, room, plain, e) ||
		!lockbox_chunk_seal(room, w->keys, j, j + 1 == w->part->count,
			bytes_make(room, plain), e))
		return false;
	*n = plain + SM4_TAG;
	merkle_leaf(w->leaves[j % QYB_PIPE_THREADS_MAX], bytes_make(room, *n));
	return true;
}

/* At most QYB_PIPE_THREADS_MAX chunks are in flight, all within that many of this one. */
static bool chunk_put(void *ctx, uint32_t j, struct bytes b, struct err *e)
{
	struct part_work *w = ctx;

	merkle_add(&w->tree, w->leaves[j % QYB_PIPE_THREADS_MAX]);
	return outfile_put(w->p->to, b, e);
}

/* Shows a part whose digests are not yet known. */
static bool part_begin(struct packing *p, size_t k, struct err *e)
{
	const struct qyb_pack_part *from = &p->spec->parts[k];
	struct qyb_part *part = &p->q.parts[k];

	part->id = from->id;
	part->size = qyb_padded(source_size(from->content), from->price);
	part->count = (uint32_t)((part->size + LOCKBOX_CHUNK - 1) / LOCKBOX_CHUNK);
	if (!part->count)
		part->count = 1;
	if (part->size > QYB_PART_MAX)
		return err_set(e, ERR_TOO_LARGE, "part %.*s", (int)from->id.n,
			(const char *)from->id.p);
	for (size_t other = 0; other < k; other++)
		if (bytes_equal(p->q.parts[other].id, from->id))
			return err_set(e, ERR_USAGE, "two parts named %.*s",
				(int)from->id.n, (const char *)from->id.p);
	part->envelopes =
		ARENA_ARRAY(p->a, p->q.context.party_count, struct lockbox_envelope);
	p->q.outer.parts_size += part->size + (uint64_t)part->count * SM4_TAG;
	return true;
}

/* Draws ρ, deals it, and has the keys; ρ is gone when this returns. */
static bool part_deal(
	struct packing *p, size_t k, struct lockbox_keys *keys, struct err *e)
{
	AUTO(secret) rho = secret_new(LOCKBOX_SECRET);
	struct qyb_part *part = &p->q.parts[k];
	struct lockbox_envelope *dealt =
		ARENA_ARRAY(p->a, p->q.context.party_count, struct lockbox_envelope);
	struct lockbox_context c = p->q.context;
	uint8_t ctx[SM3_SIZE];

	c.part = part->id;
	lockbox_ctx(ctx, &c);
	p->w->random(p->w, secret_data(rho), LOCKBOX_SECRET);
	lockbox_keys_of(keys, ctx, secret_view(rho));
	memcpy(part->com, keys->com, sizeof part->com);
	part->envelopes = dealt;
	return lockbox_deal(dealt, &c, secret_view(rho), e);
}

static bool part_write(
	struct packing *p, size_t k, const struct lockbox_keys *keys, struct err *e)
{
	uint8_t leaves[QYB_PIPE_THREADS_MAX][SM3_SIZE];
	struct part_work w = {.p = p,
		.keys = keys,
		.content = p->spec->parts[k].content,
		.part = &p->q.parts[k],
		.leaves = leaves};
	struct qyb_pipe pipe = {.count = p->q.parts[k].count,
		.threads = p->spec->threads,
		.ctx = &w,
		.work = chunk_work,
		.put = chunk_put};

	if (!qyb_pipe_run(&pipe, e))
		return false;
	merkle_finish(p->q.parts[k].root, &w.tree);
	return true;
}

/* --- the header */

/* Room for outer part and header, before anything is encrypted. */
static bool room_make(struct packing *p, struct err *e)
{
	struct writer count = {0};
	size_t block = p->spec->intake.n ? SEALED_BLOCK : QYB_HEADER_BLOCK;
	uint64_t n;
	AUTO_MEM uint8_t *zeros = NULL;

	qyb_put_header(&count, &p->q);
	n = count.n + QYB_INTAKE_EXTRA +
	    (p->spec->signer ? p->spec->signer_cert.n + SIGNATURE_ROOM : 0);
	p->q.outer.header_size = (n + block - 1) / block * block;
	if (p->q.outer.header_size > QYB_HEADER_MAX)
		return err_set(e, ERR_TOO_LARGE, "header");
	count = (struct writer){0};
	qyb_put_outer(&count, &p->q.outer);
	p->q.outer.size = count.n;
	if (count.n > QYB_OUTER_MAX)
		return err_set(e, ERR_TOO_LARGE, "outer part");
	zeros = mem_alloc((size_t)(p->q.outer.size + p->q.outer.header_size));
	return outfile_put(p->to,
		bytes_make(zeros, (size_t)(p->q.outer.size + p->q.outer.header_size)), e);
}

static bool header_sign(
	struct packing *p, struct bytes header, struct bytes *out, struct err *e)
{
	AUTO(source) content = source_of_bytes(header);
	struct cms_sign_spec spec = {
		.content = content,
		.content_type = OID_QY_QYB_HEADER,
		.key = p->spec->signer,
		.cert = p->spec->signer_cert,
		.signing_time = p->spec->signing_time,
	};

	*out = (struct bytes){0};
	return !p->spec->signer || cms_sign(p->a, out, p->w, &spec, e);
}

/* Header and signature in `stored`, whose n octets are zero. */
static bool header_seal(struct packing *p, uint8_t *stored, size_t n, struct err *e)
{
	struct writer w = writer_in(p->a, n), all;
	struct bytes header, signature, plain;
	size_t room = p->spec->intake.n ? n - QYB_INTAKE_EXTRA : n, open;

	qyb_put_header(&w, &p->q);
	header = writer_bytes(&w);
	if (!header_sign(p, header, &signature, e))
		return err_in(e, "signature of the header");
	all = writer_over(stored, room);
	open = der_open(&all, DER_SEQUENCE);
	write_bytes(&all, header);
	der_put(&all, DER_OCTET_STRING, signature);
	der_close(&all, open);
	if (all.full)
		return err_set(e, ERR_TOO_LARGE, "header");
	if (!p->spec->intake.n)
		return true;
	plain = arena_dup(p->a, bytes_make(stored, room));
	memset(stored, 0, n);
	all = writer_over(stored, n);
	return qyb_intake_seal(
		&all, p->w, &p->intake, BYTES_OF(p->q.context.bid), plain, e);
}

/* Puts outer part and header into their room. */
static bool room_fill(struct packing *p, struct err *e)
{
	AUTO_MEM uint8_t *stored = mem_alloc((size_t)p->q.outer.header_size);
	struct bytes blob = bytes_make(stored, (size_t)p->q.outer.header_size);
	struct writer outer = writer_in(p->a, QYB_OUTER_MAX);

	if (!header_seal(p, stored, blob.n, e))
		return false;
	qyb_root(p->q.outer.root, &p->q, blob);
	qyb_put_outer(&outer, &p->q.outer);
	return outfile_patch(p->to, 0, writer_bytes(&outer), e) &&
	       outfile_patch(p->to, p->q.outer.size, blob, e);
}

/* --- all of it */

static bool spec_check(struct packing *p, struct err *e)
{
	const struct qyb_pack_spec *s = p->spec;
	struct cert signer;

	if (!s->part_count || s->part_count > QYB_PARTS_MAX)
		return err_set(e, ERR_USAGE, "1 to %d parts", QYB_PARTS_MAX);
	if (outfile_size(p->to))
		return err_set(e, ERR_USAGE, "the file is not empty");
	if (s->intake.n && !cert_parse(&p->intake, s->intake, e))
		return err_in(e, "intake certificate");
	if (!s->signer)
		return p->q.context.suite == LOCKBOX_SUITE_FILE ||
		       err_set(e, ERR_USAGE, "a bid is signed");
	if (!cert_parse(&signer, s->signer_cert, e))
		return err_in(e, "signer's certificate");
	if (!cert_may_sign(&signer))
		return err_set(e, ERR_SIGNER, "the signer's certificate may not sign");
	memcpy(p->q.context.signer, signer.sm3, SM3_SIZE);
	return true;
}

static bool pack_all(struct packing *p, struct lockbox_keys *keys, struct err *e)
{
	size_t n = p->spec->part_count;

	p->q.parts = ARENA_ARRAY(p->a, n, struct qyb_part);
	p->q.part_count = n;
	p->q.supersedes = p->spec->supersedes != NULL;
	if (p->q.supersedes)
		memcpy(p->q.superseded, p->spec->supersedes, LOCKBOX_ID);
	p->q.outer.suite = p->q.context.suite;
	p->q.outer.tender = p->q.context.tender;
	p->q.outer.header_sealed = p->spec->intake.n > 0;
	memcpy(p->q.outer.bid, p->q.context.bid, LOCKBOX_ID);
	if (!spec_check(p, e) || !parties_make(p, e) ||
		!lockbox_context_check(&p->q.context, e))
		return false;
	for (size_t k = 0; k < n; k++)
		if (!part_begin(p, k, e) || !part_deal(p, k, &keys[k], e))
			return false;
	if (!room_make(p, e))
		return false;
	for (size_t k = 0; k < n; k++)
		if (!part_write(p, k, &keys[k], e))
			return err_in(e, "part %.*s", (int)p->q.parts[k].id.n,
				(const char *)p->q.parts[k].id.p);
	return room_fill(p, e);
}

bool qyb_pack(struct outfile *to, struct world *w, const struct qyb_pack_spec *spec,
	uint8_t bid[LOCKBOX_ID], struct err *e)
{
	AUTO(arena) a = arena_new();
	AUTO(secret) keys = secret_new(QYB_PARTS_MAX * sizeof(struct lockbox_keys));
	struct packing p = {
		.spec = spec, .to = to, .w = w, .a = a, .q = {.context = spec->context}};

	p.q.context.part = (struct bytes){0};
	p.q.context.party_count = 0;
	w->random(w, p.q.context.bid, LOCKBOX_ID);
	if (!pack_all(&p, (struct lockbox_keys *)(void *)secret_data(keys), e))
		return false;
	if (bid)
		memcpy(bid, p.q.context.bid, LOCKBOX_ID);
	return true;
}

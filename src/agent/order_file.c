/* order_file: see order_file.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "agent/order_file.h"

#include "base/source.h"
#include "base/child.h"
#include "base/wire.h"

enum { ANSWER_MAX = 256 << 20, POST_MS = 120000, CODE_DIGITS = 6 };

bool order_file_read(struct order_file *out, struct bytes der, struct err *e)
{
	struct order_file f;
	struct bytes in;
	uint32_t version;

	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!der_small(&in, DER_INTEGER, INT32_MAX, &version, e))
		return err_in(e, "order file");
	if (version != ORDER_FILE_VERSION)
		return err_set(e, ERR_UNSUPPORTED, "order file of version %u",
			(unsigned)version);
	if (!der_boolean(&in, &f.batch, e) ||
		!der_take(&in, DER_OCTET_STRING, &f.order, e) ||
		!der_take(&in, DER_SEQUENCE, &f.documents, e) || !der_end(in, e))
		return err_in(e, "order file");
	*out = f;
	return true;
}

/* The origin that the order, or the batch, names. */
static bool origin_of(struct bytes *origin, struct arena *arena,
	const struct order_file *f, struct err *e)
{
	struct order_signed order;
	struct order_batch batch;

	if (f->batch) {
		if (!batch_open(&batch, arena, f->order, e))
			return false;
		*origin = batch.origin;
		return true;
	}
	if (!order_open(&order, arena, f->order, e))
		return false;
	*origin = order.order.origin;
	return true;
}

static bool give_documents(struct job *job, struct bytes run, struct err *e)
{
	struct bytes octets;

	for (size_t i = 0; run.n; i++) {
		if (i == job->document_count)
			return err_set(
				e, ERR_MALFORMED, "order file: too many documents");
		if (!der_take(&run, DER_OCTET_STRING, &octets, e) ||
			!job_document(job, i, octets, e))
			return false;
	}
	return true;
}

bool order_file_open(struct job **out, struct agent *a, struct arena *arena,
	struct bytes der, struct err *e)
{
	struct order_nonces nonces = nonces_memory(a->nonces);
	const struct pairing *pairing;
	struct order_file f;
	struct bytes origin;
	struct job *job;

	if (!order_file_read(&f, der, e) || !origin_of(&origin, arena, &f, e))
		return false;
	pairing = home_pairing(a->home, origin);
	if (!pairing)
		return err_set(e, ERR_NOT_FOUND, "not paired with %.*s",
			origin.n > 100 ? 100 : (int)origin.n, (const char *)origin.p);
	if (!job_new(&job, a->jobs, f.batch ? JOB_BATCH : JOB_ORDER, pairing, "", e))
		return false;
	if (!job_take(job, f.order, a->lang, a->world->now(a->world), &nonces, e) ||
		!give_documents(job, f.documents, e) || !job_show(a, job, e)) {
		job_end(job);
		return false;
	}
	*out = job;
	return true;
}

bool order_file_answer(
	struct bytes *out, struct arena *arena, const struct job *job, struct err *e)
{
	struct bytes *answers = ARENA_ARRAY(arena, job->row_count, struct bytes);
	uint8_t sm3[SM3_SIZE];
	size_t n = 256, outer, list;
	struct writer w;

	for (size_t i = 0; i < job->row_count; i++) {
		if (!job_answer_read(job, i, arena, &answers[i], e))
			return false;
		n += answers[i].n + 16;
	}
	sm3_of(job->der, sm3);
	w = writer_in(arena, n);
	outer = der_open(&w, DER_SEQUENCE);
	der_put_small(&w, DER_INTEGER, ORDER_FILE_VERSION);
	der_put(&w, DER_OCTET_STRING, BYTES_OF(sm3));
	der_put(&w, DER_UTF8_STRING, bytes_make(job->code, CODE_DIGITS));
	list = der_open(&w, DER_SEQUENCE);
	for (size_t i = 0; i < job->row_count; i++)
		der_put(&w, DER_OCTET_STRING, answers[i]);
	der_close(&w, list);
	der_close(&w, outer);
	*out = writer_bytes(&w);
	return !w.full || err_set(e, ERR_TOO_LARGE, "answer");
}

/* The child reads the answer from its standard input: a file without a name. */
bool order_file_post(
	const char *program, const char *url, struct bytes answer, struct err *e)
{
	AUTO(arena) a = arena_new();
	char *args[] = {
		arena_str(a, bytes_str(program)), arena_str(a, bytes_str(url)), NULL};
	uint8_t *room = arena_alloc(a, WIRE_MAX);
	struct child c = {.fd = -1};
	struct bytes said, text;
	struct reader r;
	bool ok;

	//= Protocols §3: over TLS, to the address fixed at pairing
	if (!bytes_starts(bytes_str(url), BYTES("https://")))
		return err_set(
			e, ERR_DENIED, "no address for answers was given at pairing");
	if (!child_start(&c, args, e))
		return false;
	ok = child_send_all(&c, answer, e) && wire_receive(c.fd, room, POST_MS, &said, e);
	if (ok) {
		r = reader_of(said);
		ok = read_u8(&r) == 0;
		text = wire_get(&r);
		if (!ok)
			err_set(e, ERR_BUSY, "%.*s", text.n > 200 ? 200 : (int)text.n,
				(const char *)text.p);
	}
	child_stop(&c);
	return ok;
}

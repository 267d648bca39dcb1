/* worker: its table; see worker.h.
 * SPDX-License-Identifier: Apache-2.0
 *
 * What one file brings (certificates, lists, memory) ends with its call: evidence is put
 * together anew for each, and nothing of a hostile file is there for the next.
 */
#include "worker/worker.h"

#include "base/text.h"
#include "doc/cms_verify.h"
#include "doc/pdf.h"
#include "doc/picture_decode.h"
#include "doc/verify.h"
#include "worker/messages.h"

void worker_init(struct worker *w)
{
	*w = (struct worker){.arena = arena_new()};
	w->evidence = ARENA_ARRAY(w->arena, WORKER_EVIDENCE_FILES_MAX, struct bytes);
}

void worker_fini(struct worker *w)
{
	arena_free(w->arena);
}

static bool fields_missing(const struct channel_call *c, struct err *e)
{
	return c->in.short_read || c->in.rest.n
		       ? !err_set(e, ERR_MALFORMED, "fields of a request")
		       : false;
}

/* --- what it is given at its start */

static bool take_trust(struct channel_call *c, struct err *e)
{
	struct worker *w = c->ctx;
	struct bytes store = wire_get(&c->in);
	bool demonstration = wire_get_number(&c->in) != 0;

	if (fields_missing(c, e))
		return false;
	if (!store.n)
		return true;
	if (!trust_read(&w->trust, w->arena, store, e))
		return err_in(e, "trust store");
	w->trust->allow_demonstration = demonstration;
	return true;
}

static bool take_evidence(struct channel_call *c, struct err *e)
{
	struct worker *w = c->ctx;
	struct bytes file = wire_get(&c->in);

	if (fields_missing(c, e))
		return false;
	if (w->evidence_count == WORKER_EVIDENCE_FILES_MAX)
		return err_set(e, ERR_TOO_LARGE, "files of evidence");
	w->evidence[w->evidence_count++] = arena_dup(w->arena, file);
	return true;
}

/* --- judging */

static struct judge judge_make(
	struct channel_call *c, int64_t now, enum lang lang, struct source *content)
{
	struct worker *w = c->ctx;
	struct judge j = {.arena = c->arena,
		.lang = lang,
		.trust = w->trust,
		.evidence = evidence_new(c->arena),
		.now = now,
		.content = content};
	struct err none;

	/* One that cannot be read proves nothing, and is no reason to judge nothing. */
	for (size_t i = 0; i < w->evidence_count; i++)
		(void)!evidence_add_file(j.evidence, w->evidence[i], &none);
	return j;
}

static enum lang lang_get(struct channel_call *c)
{
	return wire_get_number(&c->in) == LANG_EN ? LANG_EN : LANG_ZH;
}

/* The order a signature answers; zero: none, or unreadable. */
static void order_of(uint8_t out[SM3_SIZE], struct bytes der)
{
	struct cms_signer signer;
	struct cms_attrs attrs;
	struct reader r;
	struct bytes run;
	struct cms m;
	struct err e;

	for (size_t i = 0; i < SM3_SIZE; i++)
		out[i] = 0;
	if (!cms_read(&m, der, &e))
		return;
	run = m.signers;
	if (!cms_signer_next(&run, &signer, &e) || !signer.has_attrs ||
		!cms_attrs_read(&attrs, signer.attrs, &e) ||
		attrs.order_digest.n != SM3_SIZE)
		return;
	r = reader_of(attrs.order_digest);
	for (size_t i = 0; i < SM3_SIZE; i++)
		out[i] = read_u8(&r);
}

/* The check that decided, in words. */
static const char *reason(struct arena *a, enum lang lang, const struct verdict *v)
{
	for (int want = CHECK_FAILED; want >= CHECK_NOT_CHECKED; want--)
		for (int i = 0; i < CHECK_COUNT; i++) {
			const struct check *k = &v->checks[i];

			if (k->present && (int)k->result == want)
				return arena_printf(a, "%s%s%s",
					check_title(lang, (enum check_id)i),
					k->detail[0] ? lang == LANG_EN ? ": " : "：" : "",
					k->detail);
		}
	return "";
}

static void put_finding(struct channel_call *c, const struct report *r, struct bytes cms)
{
	const struct report_signature *s = &r->signatures[0];
	uint8_t signer[SM3_SIZE] = {0}, order[SM3_SIZE];

	order_of(order, cms);
	wire_put_number(c->out, s->indication);
	wire_put(c->out, bytes_str(s->sub ? sub_name(s->sub) : ""));
	wire_put(c->out, bytes_head(bytes_str(reason(c->arena, r->lang, &s->verdict)),
				 WORKER_SMALL_MAX / 2));
	wire_put(c->out, s->has_signer ? BYTES_OF(s->signer.sm3) : BYTES_OF(signer));
	wire_put(c->out, bytes_str(s->credit_code));
	wire_put(c->out, BYTES_OF(order));
}

static bool detached(struct channel_call *c, struct err *e)
{
	int64_t now = (int64_t)wire_get_long(&c->in);
	enum lang lang = lang_get(c);
	struct bytes cms = wire_get(&c->in);
	AUTO(source) content = source_of_bytes(wire_get(&c->in));
	struct cms_given given = {.content = content};
	struct report *r;
	struct judge j;

	if (fields_missing(c, e))
		return false;
	j = judge_make(c, now, lang, content);
	r = report_new(&j, "", "cms");
	if (!cms_judge(r, &j, cms, &given, e))
		return false;
	report_conclude(r);
	if (r->count != 1)
		return err_set(e, ERR_MALFORMED, "%zu signers, not one", r->count);
	put_finding(c, r, cms);
	return true;
}

static bool verify(struct channel_call *c, struct err *e)
{
	int64_t now = (int64_t)wire_get_long(&c->in);
	enum lang lang = lang_get(c);
	struct bytes name = wire_get(&c->in), octets = wire_get(&c->in),
		     content = wire_get(&c->in);
	AUTO(source) file = source_of_bytes(octets);
	AUTO(source) given = source_of_bytes(content);
	struct report *r;
	struct judge j;

	if (fields_missing(c, e))
		return false;
	j = judge_make(c, now, lang, content.n ? given : NULL);
	if (!verify_file(
		    &r, &j, text_printable(c->arena, name, 1000), file, NULL, NULL, e))
		return false;
	wire_put_number(c->out, r->indication);
	wire_put(c->out, bytes_str(report_json(r)));
	return true;
}

/* --- scans */

static bool scan_pdf(struct channel_call *c, struct bytes octets, struct err *e)
{
	AUTO(source) file = source_of_bytes(octets);
	AUTO(pdf) p = NULL;
	size_t pages;

	if (!pdf_open(&p, file, 0, e) || !pdf_pages(p, &pages, e))
		return false;
	if (!pages)
		return err_set(e, ERR_MALFORMED, "a PDF without a page");
	wire_put(c->out, BYTES("application/pdf"));
	return true;
}

static bool scan(struct channel_call *c, struct err *e)
{
	struct bytes octets = wire_get(&c->in);
	struct picture_pixels pixels;
	enum picture_type type;

	if (fields_missing(c, e))
		return false;
	if (bytes_starts(octets, BYTES("%PDF-")))
		return scan_pdf(c, octets, e);
	type = picture_type_of(octets);
	if (type != PICTURE_PNG && type != PICTURE_JPEG)
		return err_set(e, ERR_UNSUPPORTED, "a scan is PNG, JPEG or PDF");
	if (!picture_decode(c->arena, octets, 0, 0, &pixels, e))
		return false;
	wire_put(c->out, type == PICTURE_PNG ? BYTES("image/png") : BYTES("image/jpeg"));
	return true;
}

const struct channel_message worker_messages[] = {
	{"trust", WORKER_TRUST, TRUST_MAX + WORKER_SMALL_MAX, CHANNEL_ALWAYS, take_trust},
	{"evidence", WORKER_EVIDENCE, WORKER_EVIDENCE_MAX + WORKER_SMALL_MAX,
		CHANNEL_ALWAYS, take_evidence},
	{"detached", WORKER_DETACHED, WORKER_ROOM, CHANNEL_ALWAYS, detached},
	{"scan", WORKER_SCAN, WORKER_SCAN_MAX + WORKER_SMALL_MAX, CHANNEL_ALWAYS, scan},
	{"verify", WORKER_VERIFY, WORKER_ROOM, CHANNEL_ALWAYS, verify},
	{"try", WORKER_LAB, WORKER_SMALL_MAX, CHANNEL_ALWAYS, worker_lab},
};

size_t worker_message_count(void)
{
	/* The last row is for lab builds. */
	return sizeof worker_messages / sizeof *worker_messages - !worker_is_lab;
}

/* qyb_opening: the record of what an opening found; see qyb_record.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "asn1/der.h"
#include "doc/qyb_put.h"
#include "doc/qyb_record.h"
#include "doc/qyb_signed.h"

enum { PART_ROOM = 512 + 4 * LOCKBOX_PARTIES_MAX };

const char *qyb_path_name(enum qyb_path p)
{
	static const char *const names[] = {
		"none", "owner", "owner-rewrapped", "trustees", "owner-and-trustees"};

	return (unsigned)p < sizeof names / sizeof *names ? names[p] : NULL;
}

const char *qyb_verdict_name(enum qyb_verdict v)
{
	static const char *const names[] = {
		"opens", "undecided", "party-lied", "dealer-lied"};

	return (unsigned)v < sizeof names / sizeof *names ? names[v] : NULL;
}

static void part_write(struct writer *w, const struct qyb_opened_part *p)
{
	size_t one = der_open(w, DER_SEQUENCE), list;
	uint8_t element = (uint8_t)p->finding.difference.element;
	bool proved = p->finding.verdict == QYB_DEALER_LIED && element != 'C';

	der_put(w, DER_UTF8_STRING, p->id);
	der_put_small(w, DER_ENUMERATED, p->finding.verdict);
	der_put_small(w, DER_ENUMERATED, p->path);
	list = der_open(w, DER_SEQUENCE);
	for (size_t k = 0; k < p->giver_count; k++)
		der_put_small(w, DER_INTEGER, p->givers[k]);
	der_close(w, list);
	der_put_small(w, DER_INTEGER, p->finding.party);
	der_put_small(w, DER_INTEGER, p->finding.difference.i);
	der_put(w, DER_UTF8_STRING, bytes_make(&element, element != 0));
	der_put_boolean(w, p->authentic);
	der_put(w, DER_OCTET_STRING, bytes_make(p->rho, proved ? LOCKBOX_SECRET : 0));
	der_close(w, one);
}

bool qyb_opening_write(struct bytes *out, struct arena *a, struct world *w,
	const struct qyb_opening *o, const struct qyb_signer *signer, struct err *e)
{
	struct writer v = writer_in(a, 256 + o->count * (size_t)PART_ROOM);
	size_t all = qyb_open_head(&v, o->header), list;

	der_put_generalized_time(&v, o->time);
	der_put(&v, DER_OCTET_STRING, BYTES_OF(o->checkpoint));
	list = der_open(&v, DER_SEQUENCE);
	for (size_t k = 0; k < o->count; k++)
		part_write(&v, &o->parts[k]);
	der_close(&v, list);
	der_close(&v, all);
	if (v.full)
		return err_set(e, ERR_TOO_LARGE, "opening record");
	return qyb_sign(out, a, w, writer_bytes(&v), OID_QY_QYB_OPENING, signer, e);
}

static bool givers_read(struct qyb_opened_part *p, struct bytes list, struct err *e)
{
	for (; list.n; p->giver_count++) {
		uint32_t i;

		if (p->giver_count == LOCKBOX_PARTIES_MAX)
			return err_set(e, ERR_TOO_LARGE, "givers");
		if (!der_small(&list, DER_INTEGER, UINT16_MAX, &i, e))
			return false;
		p->givers[p->giver_count] = (uint16_t)i;
	}
	return true;
}

static bool part_read(struct bytes *in, struct qyb_opened_part *p, struct err *e)
{
	uint32_t verdict, path, party, i;
	struct bytes one, list, element, rho;

	if (!der_take(in, DER_SEQUENCE, &one, e) ||
		!der_take(&one, DER_UTF8_STRING, &p->id, e) ||
		!der_small(&one, DER_ENUMERATED, QYB_DEALER_LIED, &verdict, e) ||
		!der_small(&one, DER_ENUMERATED, QYB_PATH_BOTH, &path, e) ||
		!der_take(&one, DER_SEQUENCE, &list, e) || !givers_read(p, list, e) ||
		!der_small(&one, DER_INTEGER, UINT16_MAX, &party, e) ||
		!der_small(&one, DER_INTEGER, UINT16_MAX, &i, e) ||
		!der_take(&one, DER_UTF8_STRING, &element, e) ||
		!der_boolean(&one, &p->authentic, e) ||
		!der_take(&one, DER_OCTET_STRING, &rho, e) || !der_end(one, e))
		return false;
	if (element.n > 1 || (rho.n && rho.n != LOCKBOX_SECRET))
		return err_set(e, ERR_MALFORMED, "proof");
	p->finding = (struct qyb_finding){.verdict = (enum qyb_verdict)verdict,
		.party = (uint16_t)party,
		.difference = {(uint16_t)i, element.n ? (char)element.p[0] : 0}};
	p->path = (enum qyb_path)path;
	if (rho.n)
		memcpy(p->rho, rho.p, LOCKBOX_SECRET);
	return true;
}

bool qyb_opening_read(
	struct qyb_opening *out, struct arena *a, struct bytes file, struct err *e)
{
	struct bytes content, in, list;

	memset(out, 0, sizeof *out);
	if (file.n > QYB_RECORD_MAX)
		return err_set(e, ERR_TOO_LARGE, "opening record");
	if (!qyb_signed_content(&content, &out->signer, a, file, OID_QY_QYB_OPENING, e) ||
		!der_only(content, DER_SEQUENCE, &in, e) ||
		!qyb_take_head(&in, out->header, e) || !der_time(&in, &out->time, e) ||
		!octets_take(&in, out->checkpoint, SM3_SIZE, e) ||
		!der_take(&in, DER_SEQUENCE, &list, e) || !der_end(in, e))
		return err_in(e, "opening record");
	for (; list.n; out->count++) {
		if (out->count == QYB_PARTS_MAX)
			return err_set(e, ERR_TOO_LARGE, "parts");
		if (!part_read(&list, &out->parts[out->count], e))
			return err_in(e, "opening record");
	}
	return true;
}

bool qyb_opening_replay(bool *holds, const struct qyb *q,
	const struct qyb_opened_part *part, struct err *e)
{
	struct lockbox_difference first;
	struct lockbox_context c;
	uint8_t ctx[SM3_SIZE];
	bool equal = true;
	size_t k;

	if (!qyb_part_find(q, part->id, &k, e))
		return false;
	c = qyb_context_of(q, k);
	lockbox_ctx(ctx, &c);
	if (!lockbox_compare(&equal, &first, &c, q->parts[k].envelopes, part->rho, e))
		return false;
	*holds = !equal && lockbox_matches(ctx, part->rho, q->parts[k].com);
	return true;
}

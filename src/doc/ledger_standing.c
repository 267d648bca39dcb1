/* ledger_standing: see ledger_standing.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ledger_standing.h"

#include "asn1/der.h"

static void put_content(struct writer *w, const struct standing *s)
{
	size_t all = ledger_open(w, OID_QY_LEDGER_STANDING);

	der_put(w, DER_UTF8_STRING, s->platform);
	der_put(w, DER_UTF8_STRING, s->tender);
	ledger_put_digest(w, s->bid);
	ledger_put_digest(w, s->header);
	ledger_put_digest(w, s->checkpoint);
	der_put_generalized_time(w, s->deadline);
	der_put_generalized_time(w, s->time);
	der_close(w, all);
}

static bool content_read(struct standing *s, struct arena *a, struct err *e)
{
	struct writer again = writer_in(a, LEDGER_SIGNED_MAX);
	struct bytes in;

	if (!ledger_take(s->as.content, OID_QY_LEDGER_STANDING, &in, e) ||
		!ledger_take_text(&in, &s->platform, e) ||
		!ledger_take_text(&in, &s->tender, e) ||
		!ledger_take_digest(&in, s->bid, e) ||
		!ledger_take_digest(&in, s->header, e) ||
		!ledger_take_digest(&in, s->checkpoint, e) ||
		!der_time(&in, &s->deadline, e) || !der_time(&in, &s->time, e) ||
		!der_end(in, e))
		return false;
	put_content(&again, s);
	return ledger_is_canonical(&again, s->as.content, e);
}

bool standing_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct standing *s, struct key *key, struct err *e)
{
	struct writer content = writer_in(a, LEDGER_SIGNED_MAX);
	struct standing check = {0};

	put_content(&content, s);
	check.as.content = writer_bytes(&content);
	if (!content_read(&check, a, e) || !ledger_time_is_whole(s->deadline) ||
		!ledger_time_is_whole(s->time))
		return err_set(e, ERR_USAGE, "standing: a text or a time");
	return ledger_sign(a, out, w, check.as.content, STANDING_SM2_ID, key, e);
}

bool standing_read(struct standing *out, struct arena *a, struct bytes der, struct err *e)
{
	struct writer again = writer_in(a, der.n < LEDGER_SIGNED_MAX ? der.n : 0);
	struct standing s = {0};
	struct bytes in = der;

	if (!ledger_signed_take(&in, &s.as, e) || !der_end(in, e) ||
		!content_read(&s, a, e))
		return err_in(e, "standing");
	ledger_signed_put(&again, &s.as);
	if (!ledger_is_canonical(&again, der, e))
		return err_in(e, "standing");
	*out = s;
	return true;
}

bool standing_holds(const struct standing *s, const struct ledger_view *view)
{
	return bytes_equal(s->platform, view->platform) &&
	       ledger_signed_holds(&s->as, &view->log, STANDING_SM2_ID);
}

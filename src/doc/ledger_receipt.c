/* ledger_receipt: see ledger_receipt.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ledger_receipt.h"

#include <string.h>

#include "asn1/der.h"

/* In order of their names. */
static const struct {
	const char *name;
	size_t at;
} bid_fields[RECEIPT_BID_FIELDS] = {
	{"bid", offsetof(struct receipt_bid, bid)},
	{"header", offsetof(struct receipt_bid, header)},
	{"root", offsetof(struct receipt_bid, root)},
	{"tender", 0},
};

void receipt_bid_fields(struct arena *a, struct ledger_field out[RECEIPT_BID_FIELDS],
	const struct receipt_bid *bid, struct bytes party_key, const uint8_t id[32])
{
	for (size_t i = 0; i < RECEIPT_BID_FIELDS; i++) {
		struct bytes v = bid->tender;

		if (bid_fields[i].at)
			v = bytes_make((const uint8_t *)bid + bid_fields[i].at, SM3_SIZE);
		out[i].name = bytes_str(bid_fields[i].name);
		out[i].value = arena_dup(a, v);
		ledger_salt(out[i].salt, party_key, id, out[i].name);
	}
}

bool receipt_bid_of(struct receipt_bid *out, struct bytes kind,
	const struct ledger_field *fields, size_t count, struct err *e)
{
	struct receipt_bid bid = {0};

	if (!bytes_equal(kind, LEAF_BID) || count != RECEIPT_BID_FIELDS)
		return err_set(e, ERR_MALFORMED, "not the receipt of a bid");
	for (size_t i = 0; i < count; i++) {
		struct bytes v = fields[i].value;

		if (!bytes_equal(fields[i].name, bytes_str(bid_fields[i].name)) ||
			(bid_fields[i].at ? v.n != SM3_SIZE : !ledger_text_is_sane(v)))
			return err_set(e, ERR_MALFORMED, "not the fields of a bid");
		if (bid_fields[i].at)
			memcpy((uint8_t *)&bid + bid_fields[i].at, v.p, SM3_SIZE);
		else
			bid.tender = v;
	}
	*out = bid;
	return true;
}

static void put_content(struct writer *w, const struct receipt *r)
{
	size_t all = ledger_open(w, OID_QY_RECEIPT);

	der_put(w, DER_UTF8_STRING, r->platform);
	write_bytes(w, r->leaf);
	ledger_put_fields(w, r->fields, r->field_count);
	der_close(w, all);
}

static bool content_read(struct receipt *r, struct arena *a, struct err *e)
{
	struct writer again;
	struct bytes in;

	if (!ledger_take(r->as.content, OID_QY_RECEIPT, &in, e) ||
		!ledger_take_text(&in, &r->platform, e) ||
		!der_take_whole(&in, DER_SEQUENCE, &r->leaf, e) ||
		!ledger_take_fields(a, &in, &r->fields, &r->field_count, e) ||
		!der_end(in, e) || !ledger_leaf_read(&r->as_leaf, a, r->leaf, e))
		return false;
	if (!ledger_leaf_is_opened(&r->as_leaf, r->fields, r->field_count))
		return err_set(e, ERR_MALFORMED, "the fields are not those of the leaf");
	again = writer_in(a, r->as.content.n);
	put_content(&again, r);
	return ledger_is_canonical(&again, r->as.content, e);
}

bool receipt_sign(struct arena *a, struct bytes *out, struct world *w,
	const struct receipt *r, struct key *key, struct err *e)
{
	struct writer content = writer_in(a, LEDGER_SIGNED_MAX);
	struct receipt check = {0};

	put_content(&content, r);
	check.as.content = writer_bytes(&content);
	if (!content_read(&check, a, e))
		return err_set(e, ERR_USAGE, "a receipt that no reader takes");
	return ledger_sign(a, out, w, check.as.content, RECEIPT_SM2_ID, key, e);
}

bool receipt_read(struct receipt *out, struct arena *a, struct bytes der, struct err *e)
{
	struct receipt r = {0};
	struct bytes in = der;
	struct writer again;

	if (!ledger_signed_take(&in, &r.as, e) || !der_end(in, e) ||
		!content_read(&r, a, e))
		return err_in(e, "receipt");
	again = writer_in(a, der.n);
	ledger_signed_put(&again, &r.as);
	if (!ledger_is_canonical(&again, der, e))
		return err_in(e, "receipt");
	*out = r;
	return true;
}

bool receipt_holds(
	const struct receipt *r, struct bytes platform, const struct pubkey *key)
{
	return bytes_equal(r->platform, platform) &&
	       ledger_signed_holds(&r->as, key, RECEIPT_SM2_ID);
}

bool receipt_is_kept(const struct receipt *r, const struct ledger_proof *proof)
{
	const struct checkpoint *under = &proof->checkpoint.checkpoint;

	return bytes_equal(r->leaf, proof->inclusion.leaf) &&
	       bytes_equal(r->platform, under->platform) &&
	       ledger_inclusion_holds(&proof->inclusion, under->root, under->size);
}

const char *receipt_meaning(enum lang lang)
{
	return msg_text(lang, MSG_RECEIPT_MEANING);
}

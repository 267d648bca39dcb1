/* ledger_leaf: see ledger_leaf.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ledger_leaf.h"

#include "asn1/der.h"
#include "crypto/kdf.h"

void ledger_salt(uint8_t out[SM3_SIZE], struct bytes party_key, const uint8_t id[32],
	struct bytes name)
{
	struct bytes runs[2] = {bytes_make(id, 32), name};

	//= Protocols §2: salt_f = HMAC-SM3(key of the party, leaf id ‖ name)
	hmac_sm3(party_key, runs, 2, out);
}

static void put_name_value(struct writer *w, const struct ledger_field *f)
{
	size_t all = der_open(w, DER_SEQUENCE);

	der_put(w, DER_UTF8_STRING, f->name);
	der_put(w, DER_OCTET_STRING, f->value);
	der_close(w, all);
}

void ledger_commit(uint8_t out[SM3_SIZE], const struct ledger_field *f)
{
	AUTO(digest) d = digest_new(DIGEST_SM3);
	size_t n = f->name.n + f->value.n + 32;
	AUTO_MEM uint8_t *p = mem_alloc(n);
	struct writer pair = writer_over(p, n);

	put_name_value(&pair, f);
	//= Protocols §2: commit_f = SM3("qy/1 field" ‖ 00 ‖ salt_f ‖ DER(name, value))
	digest_put(d, BYTES("qy/1 field\0"));
	digest_put(d, BYTES_OF(f->salt));
	digest_put(d, writer_bytes(&pair));
	digest_finish(d, out);
}

static void put_leaf(struct writer *w, const struct ledger_leaf *leaf)
{
	size_t all = der_open(w, DER_SEQUENCE), list;

	der_put(w, DER_UTF8_STRING, leaf->kind);
	der_put_generalized_time(w, leaf->time);
	list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < leaf->count; i++)
		ledger_put_digest(w, leaf->commitments[i]);
	der_close(w, list);
	der_close(w, all);
}

bool ledger_leaf_write(
	struct arena *a, struct bytes *out, const struct ledger_leaf *leaf, struct err *e)
{
	struct writer w = writer_in(a, LEDGER_LEAF_MAX);

	if (!ledger_text_is_sane(leaf->kind) || !ledger_time_is_whole(leaf->time) ||
		leaf->count > LEDGER_FIELDS_MAX)
		return err_set(e, ERR_USAGE, "leaf: kind, time or number of fields");
	put_leaf(&w, leaf);
	*out = writer_bytes(&w);
	return true;
}

static bool commitments_take(
	struct ledger_leaf *leaf, struct arena *a, struct bytes list, struct err *e)
{
	uint8_t(*all)[SM3_SIZE] = arena_array(a, LEDGER_FIELDS_MAX, SM3_SIZE);

	for (; list.n; leaf->count++) {
		if (leaf->count == LEDGER_FIELDS_MAX)
			return err_set(e, ERR_TOO_LARGE, "fields");
		if (!ledger_take_digest(&list, all[leaf->count], e))
			return false;
	}
	leaf->commitments = (const uint8_t(*)[SM3_SIZE])all;
	return true;
}

bool ledger_leaf_read(
	struct ledger_leaf *out, struct arena *a, struct bytes der, struct err *e)
{
	struct ledger_leaf leaf = {0};
	struct bytes in, list;
	struct writer again;

	if (der.n > LEDGER_LEAF_MAX)
		return err_set(e, ERR_TOO_LARGE, "a leaf of %zu octets", der.n);
	if (!der_only(der, DER_SEQUENCE, &in, e) ||
		!ledger_take_text(&in, &leaf.kind, e) || !der_time(&in, &leaf.time, e) ||
		!der_take(&in, DER_SEQUENCE, &list, e) || !der_end(in, e) ||
		!commitments_take(&leaf, a, list, e))
		return err_in(e, "leaf");
	again = writer_in(a, LEDGER_LEAF_MAX);
	put_leaf(&again, &leaf);
	if (!ledger_is_canonical(&again, der, e))
		return err_in(e, "leaf");
	*out = leaf;
	return true;
}

/* Within the maxima, names rising. */
static bool fields_are_sane(const struct ledger_field *f, size_t count)
{
	if (count > LEDGER_FIELDS_MAX)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!ledger_text_is_sane(f[i].name) || f[i].value.n > LEDGER_VALUE_MAX ||
			(i && bytes_compare(f[i - 1].name, f[i].name) >= 0))
			return false;
	return true;
}

bool ledger_leaf_make(struct arena *a, struct bytes *out, struct bytes kind, int64_t time,
	const struct ledger_field *fields, size_t count, struct err *e)
{
	uint8_t commitments[LEDGER_FIELDS_MAX][SM3_SIZE];
	struct ledger_leaf leaf = {.kind = kind,
		.time = time,
		.commitments = (const uint8_t(*)[SM3_SIZE])commitments,
		.count = count};

	if (!fields_are_sane(fields, count))
		return err_set(
			e, ERR_USAGE, "fields: too many, too long or not in order");
	for (size_t i = 0; i < count; i++)
		ledger_commit(commitments[i], &fields[i]);
	return ledger_leaf_write(a, out, &leaf, e);
}

void ledger_leaf_digest(uint8_t out[SM3_SIZE], struct bytes der)
{
	//= Protocols §2: leaf = SM3(00 ‖ DER{kind, time, [commit_f]})
	merkle_leaf(out, der);
}

bool ledger_leaf_is_opened(
	const struct ledger_leaf *leaf, const struct ledger_field *fields, size_t count)
{
	uint8_t commitment[SM3_SIZE];

	if (count != leaf->count || !fields_are_sane(fields, count))
		return false;
	for (size_t i = 0; i < count; i++) {
		ledger_commit(commitment, &fields[i]);
		if (!ledger_same(commitment, leaf->commitments[i]))
			return false;
	}
	return true;
}

bool ledger_field_find(const struct ledger_field *fields, size_t count, struct bytes name,
	struct bytes *value)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_equal(fields[i].name, name)) {
			*value = fields[i].value;
			return true;
		}
	return false;
}

void ledger_put_fields(struct writer *w, const struct ledger_field *fields, size_t count)
{
	size_t all = der_open(w, DER_SEQUENCE);

	for (size_t i = 0; i < count; i++) {
		size_t one = der_open(w, DER_SEQUENCE);

		der_put(w, DER_UTF8_STRING, fields[i].name);
		der_put(w, DER_OCTET_STRING, fields[i].value);
		ledger_put_digest(w, fields[i].salt);
		der_close(w, one);
	}
	der_close(w, all);
}

static bool field_take(struct bytes *list, struct ledger_field *f, struct err *e)
{
	struct bytes one;

	return der_take(list, DER_SEQUENCE, &one, e) &&
	       ledger_take_text(&one, &f->name, e) &&
	       der_take(&one, DER_OCTET_STRING, &f->value, e) &&
	       ledger_take_digest(&one, f->salt, e) && der_end(one, e);
}

bool ledger_take_fields(struct arena *a, struct bytes *in,
	const struct ledger_field **out, size_t *count, struct err *e)
{
	struct ledger_field *all = ARENA_ARRAY(a, LEDGER_FIELDS_MAX, struct ledger_field);
	struct bytes list;
	size_t n = 0;

	if (!der_take(in, DER_SEQUENCE, &list, e))
		return false;
	for (; list.n; n++) {
		if (n == LEDGER_FIELDS_MAX)
			return err_set(e, ERR_TOO_LARGE, "fields");
		if (!field_take(&list, &all[n], e))
			return err_in(e, "field %zu", n + 1);
	}
	if (!fields_are_sane(all, n))
		return err_set(e, ERR_MALFORMED, "fields: too long or not in order");
	*out = all;
	*count = n;
	return true;
}

/* ledger_proof: see ledger_proof.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/ledger_proof.h"

#include "asn1/der.h"
#include "doc/ledger_stream.h"

/* --- inclusion */

static void put_inclusion(struct writer *w, const struct ledger_inclusion *p)
{
	size_t all = ledger_open(w, OID_QY_LEDGER_INCLUSION), sealed;

	write_bytes(w, p->leaf);
	if (p->sealed) {
		sealed = der_open(w, DER_CONTEXT(0));
		der_put_small(w, DER_INTEGER, p->place);
		ledger_put_path(w, &p->places);
		write_bytes(w, p->stream);
		der_close(w, sealed);
	}
	ledger_put_number(w, p->index);
	ledger_put_number(w, p->size);
	ledger_put_path(w, &p->path);
	der_close(w, all);
}

static bool sealed_read(struct ledger_inclusion *p, struct bytes in, struct err *e)
{
	p->sealed = true;
	return der_small(&in, DER_INTEGER, STREAM_WIDTH - 1, &p->place, e) &&
	       ledger_take_path(&in, &p->places, e) &&
	       der_take_whole(&in, DER_SEQUENCE, &p->stream, e) && der_end(in, e);
}

static bool inclusion_take(struct ledger_inclusion *p, struct bytes in, struct err *e)
{
	struct bytes sealed;
	bool present;

	return der_take_whole(&in, DER_SEQUENCE, &p->leaf, e) &&
	       der_take_optional(&in, DER_CONTEXT(0), &sealed, &present, e) &&
	       (!present || sealed_read(p, sealed, e)) &&
	       ledger_take_number(&in, &p->index, e) &&
	       ledger_take_number(&in, &p->size, e) &&
	       ledger_take_path(&in, &p->path, e) && der_end(in, e);
}

/* Both leaves read, and the numbers are possible. */
static bool is_sane(const struct ledger_inclusion *p, struct arena *a, struct err *e)
{
	struct stream_leaf stream;
	struct ledger_leaf leaf;

	if (!ledger_leaf_read(&leaf, a, p->leaf, e))
		return false;
	if (p->sealed && !stream_leaf_read(&stream, a, p->stream, e))
		return false;
	if (p->index >= p->size || p->size >= LEDGER_SIZE_MAX ||
		(p->sealed && p->places.n != STREAM_DEPTH))
		return err_set(e, ERR_MALFORMED, "index, size or path");
	return true;
}

bool ledger_inclusion_read(
	struct ledger_inclusion *out, struct arena *a, struct bytes der, struct err *e)
{
	struct ledger_inclusion p = {0};
	struct writer again;
	struct bytes in;

	if (der.n > LEDGER_PROOF_MAX)
		return err_set(e, ERR_TOO_LARGE, "inclusion");
	if (!ledger_take(der, OID_QY_LEDGER_INCLUSION, &in, e) ||
		!inclusion_take(&p, in, e) || !is_sane(&p, a, e))
		return err_in(e, "inclusion");
	again = writer_in(a, der.n);
	put_inclusion(&again, &p);
	if (!ledger_is_canonical(&again, der, e))
		return err_in(e, "inclusion");
	*out = p;
	return true;
}

bool ledger_inclusion_write(struct arena *a, struct bytes *out,
	const struct ledger_inclusion *p, struct err *e)
{
	struct writer w = writer_in(a, LEDGER_PROOF_MAX);
	struct ledger_inclusion check;

	put_inclusion(&w, p);
	if (!ledger_inclusion_read(&check, a, writer_bytes(&w), e))
		return err_set(e, ERR_USAGE, "an inclusion that no reader takes");
	*out = writer_bytes(&w);
	return true;
}

static bool sealed_holds(
	struct arena *a, const struct ledger_inclusion *p, const uint8_t leaf[SM3_SIZE])
{
	struct stream_leaf stream;
	struct ledger_leaf act;
	struct err e;

	return stream_leaf_read(&stream, a, p->stream, &e) &&
	       ledger_leaf_read(&act, a, p->leaf, &e) && act.time < stream.time &&
	       p->places.n == STREAM_DEPTH &&
	       merkle_includes(stream.root, STREAM_WIDTH, leaf, p->place, &p->places);
}

bool ledger_inclusion_holds(
	const struct ledger_inclusion *p, const uint8_t root[SM3_SIZE], uint64_t size)
{
	AUTO(arena) a = arena_new();
	uint8_t leaf[SM3_SIZE];

	ledger_leaf_digest(leaf, p->leaf);
	if (p->sealed) {
		if (!sealed_holds(a, p, leaf))
			return false;
		ledger_leaf_digest(leaf, p->stream);
	}
	return p->size == size && merkle_includes(root, size, leaf, p->index, &p->path);
}

/* --- consistency */

static void put_consistency(struct writer *w, const struct ledger_consistency *p)
{
	size_t all = ledger_open(w, OID_QY_LEDGER_CONSISTENCY);

	ledger_put_number(w, p->old_size);
	ledger_put_number(w, p->size);
	ledger_put_path(w, &p->path);
	der_close(w, all);
}

bool ledger_consistency_write(struct arena *a, struct bytes *out,
	const struct ledger_consistency *p, struct err *e)
{
	struct writer w = writer_in(a, LEDGER_PROOF_MAX);

	if (p->old_size > p->size || p->size >= LEDGER_SIZE_MAX ||
		p->path.n > LEDGER_PATH_MAX)
		return err_set(e, ERR_USAGE, "consistency: sizes or path");
	put_consistency(&w, p);
	*out = writer_bytes(&w);
	return true;
}

bool ledger_consistency_read(
	struct ledger_consistency *out, struct arena *a, struct bytes der, struct err *e)
{
	struct ledger_consistency p = {0};
	struct writer again;
	struct bytes in;

	if (der.n > LEDGER_PROOF_MAX)
		return err_set(e, ERR_TOO_LARGE, "consistency");
	if (!ledger_take(der, OID_QY_LEDGER_CONSISTENCY, &in, e) ||
		!ledger_take_number(&in, &p.old_size, e) ||
		!ledger_take_number(&in, &p.size, e) ||
		!ledger_take_path(&in, &p.path, e) || !der_end(in, e))
		return err_in(e, "consistency");
	if (p.old_size > p.size || p.size >= LEDGER_SIZE_MAX)
		return err_set(e, ERR_MALFORMED, "consistency: sizes");
	again = writer_in(a, der.n);
	put_consistency(&again, &p);
	if (!ledger_is_canonical(&again, der, e))
		return err_in(e, "consistency");
	*out = p;
	return true;
}

bool ledger_consistency_holds(const struct ledger_consistency *p,
	const struct checkpoint *older, const struct checkpoint *newer)
{
	return p->old_size == older->size && p->size == newer->size &&
	       merkle_extends(
		       newer->root, newer->size, older->root, older->size, &p->path);
}

/* --- a leaf under a checkpoint */

static void put_proof(struct writer *w, const struct ledger_proof *p)
{
	size_t all = ledger_open(w, OID_QY_LEDGER_PROOF);

	put_inclusion(w, &p->inclusion);
	checkpoint_file_put(w, &p->checkpoint);
	ledger_put_fields(w, p->fields, p->field_count);
	der_close(w, all);
}

static bool proof_take(
	struct ledger_proof *p, struct arena *a, struct bytes in, struct err *e)
{
	struct bytes inclusion, checkpoint;

	return der_take_whole(&in, DER_SEQUENCE, &inclusion, e) &&
	       ledger_inclusion_read(&p->inclusion, a, inclusion, e) &&
	       der_take_whole(&in, DER_SEQUENCE, &checkpoint, e) &&
	       checkpoint_file_read(&p->checkpoint, a, checkpoint, e) &&
	       ledger_take_fields(a, &in, &p->fields, &p->field_count, e) &&
	       der_end(in, e) && ledger_leaf_read(&p->leaf, a, p->inclusion.leaf, e);
}

enum { PROOF_ALL_MAX = LEDGER_PROOF_MAX + CHECKPOINT_FILE_MAX + 256 * 1024 };

bool ledger_proof_read(
	struct ledger_proof *out, struct arena *a, struct bytes der, struct err *e)
{
	struct ledger_proof p = {0};
	struct writer again;
	struct bytes in;

	if (der.n > PROOF_ALL_MAX)
		return err_set(e, ERR_TOO_LARGE, "proof");
	if (!ledger_take(der, OID_QY_LEDGER_PROOF, &in, e) || !proof_take(&p, a, in, e))
		return err_in(e, "proof");
	if (p.field_count && !ledger_leaf_is_opened(&p.leaf, p.fields, p.field_count))
		return err_set(
			e, ERR_MALFORMED, "proof: the fields are not those of the leaf");
	again = writer_in(a, der.n);
	put_proof(&again, &p);
	if (!ledger_is_canonical(&again, der, e))
		return err_in(e, "proof");
	*out = p;
	return true;
}

bool ledger_proof_write(struct arena *a, struct bytes *out,
	const struct ledger_inclusion *inclusion, struct bytes checkpoint_file,
	const struct ledger_field *fields, size_t count, struct err *e)
{
	struct ledger_proof p = {
		.inclusion = *inclusion, .fields = fields, .field_count = count};
	struct writer w = writer_in(a, PROOF_ALL_MAX);
	struct ledger_proof check;

	if (!checkpoint_file_read(&p.checkpoint, a, checkpoint_file, e))
		return false;
	put_proof(&w, &p);
	if (!ledger_proof_read(&check, a, writer_bytes(&w), e))
		return err_set(e, ERR_USAGE, "a proof that no reader takes");
	*out = writer_bytes(&w);
	return true;
}

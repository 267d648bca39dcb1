/* pdf_dss_write: see pdf_dss_write.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/pdf_dss_write.h"

#include "base/text.h"
#include "base/time.h"
#include "crypto/digest.h"
#include "crypto/sha1_id.h"
#include "doc/pdf_widget_form.h"
#include "doc/pdf_write.h"

/* One stored object of the store may have so many octets. */
enum { STORED_MAX = 64 << 20 };

enum kind { CERTS, CRLS, OCSPS, KIND_COUNT };

static const char *const store_keys[KIND_COUNT] = {"Certs", "CRLs", "OCSPs"};
static const char *const vri_keys[KIND_COUNT] = {"Cert", "CRL", "OCSP"};

struct stored {
	uint8_t sm3[SM3_SIZE];
	struct pdf_ref ref;
	struct bytes fresh; /* to be written; empty: it stands there already */
};

/* What the store holds of one kind. */
struct shelf {
	struct stored *items;
	size_t count, cap, old;
};

struct store {
	struct pdf_update *u;
	struct pdf *p;
	struct arena *a;
	struct pdf_value dict; /* DSS as it stood, or an empty one */
	struct pdf_ref ref;    /* num 0: in the catalog, or absent */
	bool present;
	struct shelf shelves[KIND_COUNT];
	bool changed;
};

static bool put_piece(void *to, struct bytes chunk, struct err *e)
{
	(void)e;
	digest_put(to, chunk);
	return true;
}

static bool shelf_add(
	struct shelf *s, struct arena *a, const struct stored *item, struct err *e)
{
	if (s->count == PDF_DSS_MAX)
		return err_set(e, ERR_TOO_LARGE, "more than %d objects", PDF_DSS_MAX);
	if (s->count == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 16;
		struct stored *items = ARENA_ARRAY(a, cap, struct stored);

		for (size_t i = 0; i < s->count; i++)
			items[i] = s->items[i];
		s->items = items;
		s->cap = cap;
	}
	s->items[s->count++] = *item;
	return true;
}

/* Reads what stands on one shelf: only the digests are kept. */
static bool shelf_read(struct store *s, enum kind kind, struct err *e)
{
	struct pdf_value list;

	if (!pdf_get(s->p, s->a, &s->dict, store_keys[kind], &list, e))
		return false;
	for (uint32_t i = 0; list.kind == PDF_ARRAY && i < list.count; i++) {
		AUTO(arena) a = arena_new();
		AUTO(digest) d = digest_new(DIGEST_SM3);
		struct stored item = {.ref = {list.items[i].num, list.items[i].gen}};
		struct pdf_value stream;

		if (list.items[i].kind != PDF_REF)
			return err_set(e, ERR_MALFORMED, "DSS: not a reference");
		if (!pdf_resolve(s->p, a, &list.items[i], &stream, e))
			return false;
		if (stream.kind != PDF_STREAM)
			return err_set(e, ERR_MALFORMED, "DSS: not a stream");
		if (!pdf_decode(
			    s->p, &stream, STORED_MAX, (struct sink){put_piece, d}, e))
			return err_in(e, "DSS");
		digest_finish(d, item.sm3);
		if (!shelf_add(&s->shelves[kind], s->a, &item, e))
			return false;
	}
	s->shelves[kind].old = s->shelves[kind].count;
	return true;
}

static bool store_read(struct store *s, struct err *e)
{
	struct pdf_value root;
	const struct pdf_value *at;

	if (!pdf_root(s->p, s->a, &root, e) ||
		!pdf_get(s->p, s->a, &root, "DSS", &s->dict, e))
		return false;
	at = pdf_find(&root, "DSS");
	if (at && at->kind == PDF_REF)
		s->ref = (struct pdf_ref){at->num, at->gen};
	s->present = s->dict.kind == PDF_DICT;
	if (!s->present) {
		struct pdf_value type = pdf_make_name("DSS");

		s->dict = pdf_make_dict(NULL, 0);
		s->dict = pdf_with(s->a, &s->dict, "Type", &type);
		s->ref.num = 0;
	}
	for (enum kind kind = CERTS; kind < KIND_COUNT; kind++)
		if (!shelf_read(s, kind, e))
			return false;
	return true;
}

/* The reference of an object with this content: that which stands there, or a new one. */
static bool shelf_ref(struct store *s, enum kind kind, struct bytes octets,
	struct pdf_value *out, struct err *e)
{
	struct shelf *shelf = &s->shelves[kind];
	struct stored item = {.fresh = octets};

	sm3_of(octets, item.sm3);
	for (size_t i = 0; i < shelf->count; i++)
		if (bytes_equal(BYTES_OF(shelf->items[i].sm3), BYTES_OF(item.sm3))) {
			*out = pdf_make_ref(
				shelf->items[i].ref.num, shelf->items[i].ref.gen);
			return true;
		}
	item.ref = (struct pdf_ref){pdf_update_number(s->u), 0};
	s->changed = true;
	*out = pdf_make_ref(item.ref.num, 0);
	return shelf_add(shelf, s->a, &item, e);
}

static struct bytes evidence_item(
	const struct pdf_evidence *of, enum kind kind, size_t i, bool *present)
{
	const struct bytes *lists[] = {of->certs, of->crls, of->ocsps};
	const size_t counts[] = {of->cert_count, of->crl_count, of->ocsp_count};

	*present = i < counts[kind];
	return *present ? lists[kind][i] : bytes_make(NULL, 0);
}

static bool array_has(const struct pdf_value *array, const struct pdf_value *ref)
{
	for (uint32_t i = 0; i < array->count; i++)
		if (array->items[i].kind == PDF_REF && array->items[i].num == ref->num)
			return true;
	return false;
}

/* Puts evidence on its shelves; into `list`s too when it belongs to a VRI. */
static bool store_add(struct store *s, const struct pdf_evidence *of,
	struct pdf_value lists[KIND_COUNT], struct err *e)
{
	for (enum kind kind = CERTS; kind < KIND_COUNT; kind++) {
		bool present = true;

		for (size_t i = 0;; i++) {
			struct bytes octets = evidence_item(of, kind, i, &present);
			struct pdf_value ref;

			if (!present)
				break;
			if (!shelf_ref(s, kind, octets, &ref, e))
				return false;
			if (!lists || array_has(&lists[kind], &ref))
				continue;
			lists[kind] = pdf_appended(s->a, &lists[kind], ref);
			s->changed = true;
		}
	}
	return true;
}

//= ETSI EN 319 142-1 §5.4.2.2: the key is the SHA-1 of Contents in upper-case hexadecimal
static const char *vri_key(struct arena *a, struct bytes contents)
{
	uint8_t sha1[SHA1_ID_SIZE];
	char *key;

	sha1_id_of(contents, sha1);
	key = hex_encode(a, BYTES_OF(sha1));
	for (char *c = key; *c; c++)
		if (*c >= 'a' && *c <= 'f')
			*c = (char)(*c - 'a' + 'A');
	return key;
}

static const struct pdf_value *make_date(struct arena *a, int64_t time)
{
	struct pdf_value *v = ARENA_NEW(a, struct pdf_value);
	char when[16];

	time_generalized(when, time);
	*v = pdf_make_string(bytes_str(arena_printf(a, "D:%s", when)));
	return v;
}

/* One entry of VRI: what stood there, and what is given. */
static bool vri_add(
	struct store *s, struct pdf_value *vris, const struct pdf_vri *vri, struct err *e)
{
	const char *key = vri_key(s->a, vri->contents);
	struct pdf_value entry, lists[KIND_COUNT];

	if (!pdf_get(s->p, s->a, vris, key, &entry, e))
		return false;
	if (entry.kind != PDF_DICT) {
		entry = pdf_make_dict(NULL, 0);
		s->changed = true;
	}
	for (enum kind kind = CERTS; kind < KIND_COUNT; kind++) {
		if (!pdf_get(s->p, s->a, &entry, vri_keys[kind], &lists[kind], e))
			return false;
		if (lists[kind].kind != PDF_ARRAY)
			lists[kind] = pdf_make_array(NULL, 0);
	}
	if (!store_add(s, &vri->evidence, lists, e))
		return false;
	for (enum kind kind = CERTS; kind < KIND_COUNT; kind++)
		if (lists[kind].count)
			entry = pdf_with(s->a, &entry, vri_keys[kind], &lists[kind]);
	if (vri->time != TIME_NONE)
		entry = pdf_with(s->a, &entry, "TU", make_date(s->a, vri->time));
	*vris = pdf_with(s->a, vris, key, &entry);
	return true;
}

static bool write_fresh(struct store *s, struct err *e)
{
	for (enum kind kind = CERTS; kind < KIND_COUNT; kind++) {
		const struct shelf *shelf = &s->shelves[kind];
		struct pdf_value list = {0}, *refs;

		if (shelf->count == 0)
			continue;
		refs = ARENA_ARRAY(s->a, shelf->count, struct pdf_value);
		for (size_t i = 0; i < shelf->count; i++) {
			refs[i] = pdf_make_ref(
				shelf->items[i].ref.num, shelf->items[i].ref.gen);
			if (i >= shelf->old &&
				!pdf_update_put_stream(s->u, shelf->items[i].ref, "",
					shelf->items[i].fresh, e))
				return false;
		}
		list = pdf_make_array(refs, shelf->count);
		s->dict = pdf_with(s->a, &s->dict, store_keys[kind], &list);
	}
	return true;
}

static bool write_store(struct store *s, struct err *e)
{
	struct pdf_value catalog = pdf_make_dict(NULL, 0), ref;
	AUTO_PDF_TEXT t = pdf_text_make();

	if (!write_fresh(s, e))
		return false;
	if (s->present && s->ref.num == 0) {
		catalog = pdf_with(s->a, &catalog, "DSS", &s->dict);
		return pdf_catalog_write(s->u, s->a, &catalog, e);
	}
	pdf_put_value(&t, &s->dict);
	if (s->present)
		return pdf_update_put(s->u, s->ref, &t, NULL, e);
	s->ref = (struct pdf_ref){pdf_update_number(s->u), 0};
	ref = pdf_make_ref(s->ref.num, 0);
	catalog = pdf_with(s->a, &catalog, "DSS", &ref);
	return pdf_update_put(s->u, s->ref, &t, NULL, e) &&
	       pdf_catalog_write(s->u, s->a, &catalog, e);
}

static bool add_vris(struct store *s, const struct pdf_dss *dss, struct err *e)
{
	struct pdf_value vris;

	if (dss->vri_count == 0)
		return true;
	if (!pdf_get(s->p, s->a, &s->dict, "VRI", &vris, e))
		return false;
	if (vris.kind != PDF_DICT)
		vris = pdf_make_dict(NULL, 0);
	for (size_t i = 0; i < dss->vri_count; i++)
		if (!vri_add(s, &vris, &dss->vris[i], e))
			return false;
	s->dict = pdf_with(s->a, &s->dict, "VRI", &vris);
	return true;
}

bool pdf_add_dss(struct pdf *in, struct outfile *to, struct arena *a, struct world *w,
	const struct pdf_dss *dss, bool *added, struct err *e)
{
	struct store s = {.p = in, .a = a};
	AUTO(pdf_update) u = NULL;

	if (!pdf_update_new(&u, in, to, e))
		return false;
	s.u = u;
	if (!store_read(&s, e) || !store_add(&s, &dss->all, NULL, e) ||
		!add_vris(&s, dss, e))
		return false;
	if (s.changed && (!write_store(&s, e) || !pdf_update_finish(u, w, e)))
		return false;
	*added = s.changed;
	return true;
}

/* qye_asic: the ASiC manifest of an evidence record: which files it proves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/qye_private.h"

#include "base/text.h"
#include "doc/xml.h"

#define ASIC_NS "http://uri.etsi.org/02918/v1.2.1#"
#define DSIG_NS "http://www.w3.org/2000/09/xmldsig#"

enum { XML_MAX = 16 << 20 };

/* SM3 has no URI of XML signatures; its OID is a URN of its own (RFC 3061). */
static const char *const algorithms[DIGEST_COUNT] = {
	[DIGEST_SM3] = "urn:oid:1.2.156.10197.1.401",
	[DIGEST_SHA256] = "http://www.w3.org/2001/04/xmlenc#sha256",
	[DIGEST_SHA384] = "http://www.w3.org/2001/04/xmldsig-more#sha384",
	[DIGEST_SHA512] = "http://www.w3.org/2001/04/xmlenc#sha512",
};

static bool is_of(const struct xml_event *ev, const char *ns, const char *name)
{
	return xml_is(ev, name) && bytes_equal(ev->ns, bytes_str(ns));
}

static bool attribute(struct arena *a, const struct xml_event *ev, const char *name,
	struct bytes *out, struct err *e)
{
	struct bytes value;

	if (!xml_has(ev, name, &value) || value.n == 0)
		return err_set(e, ERR_MALFORMED, "%s is missing", name);
	*out = arena_dup(a, value);
	return true;
}

static bool read_method(
	struct qye_references *r, bool first, const struct xml_event *ev, struct err *e)
{
	struct bytes value;

	if (!xml_has(ev, "Algorithm", &value))
		return err_set(e, ERR_MALFORMED, "DigestMethod without Algorithm");
	for (enum digest_alg alg = 0; alg < DIGEST_COUNT; alg++)
		if (bytes_equal(value, bytes_str(algorithms[alg]))) {
			if (!first && alg != r->alg)
				return err_set(e, ERR_MALFORMED,
					"one manifest with several digests");
			r->alg = alg;
			return true;
		}
	return err_set(e, ERR_UNSUPPORTED, "a digest not known here");
}

/* DataObjectReference: URI, DigestMethod, DigestValue. */
//= ETSI EN 319 162-1 §A.4.2: DataObjectReference with URI, ds:DigestMethod, ds:DigestValue
static bool read_reference(struct qye_references *r, struct arena *a,
	struct xml_reader *x, const struct xml_event *start, struct err *e)
{
	struct qye_reference *ref = &r->list[r->count];
	bool found, has_method = false;
	struct xml_event ev;

	*ref = (struct qye_reference){.digest = {NULL, 0}};
	if (!attribute(a, start, "URI", &ref->path, e))
		return false;
	while (xml_child(x, 2, &ev, &found, e)) {
		struct bytes text;

		if (!found) {
			if (!has_method || ref->digest.n != digest_size(r->alg))
				return err_set(
					e, ERR_MALFORMED, "a reference without digest");
			r->count++;
			return true;
		}
		if (is_of(&ev, DSIG_NS, "DigestMethod")) {
			if (!read_method(r, r->count == 0, &ev, e))
				return false;
			has_method = true;
		} else if (is_of(&ev, DSIG_NS, "DigestValue")) {
			if (!xml_leaf(x, a, &text, e) ||
				!base64_decode(a, text, &ref->digest, e))
				return false;
		}
	}
	return false;
}

static bool read_all(
	struct qye_references *r, struct arena *a, struct xml_reader *x, struct err *e)
{
	struct xml_event ev;
	bool found;

	if (!xml_root(x, &ev, e))
		return false;
	if (!is_of(&ev, ASIC_NS, "ASiCManifest"))
		return err_set(e, ERR_MALFORMED, "not an ASiCManifest");
	while (xml_child(x, 1, &ev, &found, e)) {
		if (!found)
			return r->record.n && r->count
				       ? true
				       : err_set(e, ERR_MALFORMED,
						 "no record or nothing it proves");
		if (is_of(&ev, ASIC_NS, "SigReference")) {
			if (!attribute(a, &ev, "URI", &r->record, e))
				return false;
		} else if (is_of(&ev, ASIC_NS, "DataObjectReference")) {
			if (!read_reference(r, a, x, &ev, e))
				return false;
		}
	}
	return false;
}

bool qye_asic_read(
	struct qye_references *out, struct arena *a, struct bytes xml, struct err *e)
{
	AUTO(xml_reader) x = NULL;
	struct qye_references r = {.alg = DIGEST_SM3};

	/* A reference takes more octets than this. */
	r.list = ARENA_ARRAY(a, xml.n / 64 + 1, struct qye_reference);
	if (!xml_open(&x, xml, e) || !read_all(&r, a, x, e))
		return err_in(e, "ASiCManifest");
	*out = r;
	return true;
}

/* --- writing --------------------------------------------------------------------------
 */

static bool put(struct buf *b, const char *s, struct err *e)
{
	return buf_put(b, bytes_str(s), e);
}

static bool put_reference(struct arena *a, struct buf *b, enum digest_alg alg,
	const struct qye_reference *ref, struct err *e)
{
	return put(b, " <asic:DataObjectReference URI=\"", e) &&
	       xml_escape(b, ref->path, e) &&
	       put(b, "\">\n  <ds:DigestMethod Algorithm=\"", e) &&
	       put(b, algorithms[alg], e) && put(b, "\"/>\n  <ds:DigestValue>", e) &&
	       put(b, base64_encode(a, ref->digest), e) &&
	       put(b, "</ds:DigestValue>\n </asic:DataObjectReference>\n", e);
}

static bool put_all(
	struct arena *a, struct buf *b, const struct qye_references *r, struct err *e)
{
	if (!put(b,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		    "<asic:ASiCManifest xmlns:asic=\"" ASIC_NS "\" xmlns:ds=\"" DSIG_NS
		    "\">\n <asic:SigReference URI=\"",
		    e) ||
		!xml_escape(b, r->record, e) ||
		!put(b, "\" MimeType=\"application/octet-stream\"/>\n", e))
		return false;
	for (size_t i = 0; i < r->count; i++)
		if (!put_reference(a, b, r->alg, &r->list[i], e))
			return false;
	return put(b, "</asic:ASiCManifest>\n", e);
}

bool qye_asic_write(
	struct arena *a, struct bytes *out, const struct qye_references *r, struct err *e)
{
	AUTO_BUF b = buf_make(XML_MAX);

	if (!put_all(a, &b, r, e))
		return false;
	*out = arena_dup(a, buf_bytes(&b));
	return true;
}

/* desk: see desk.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "agent/desk.h"

#include <string.h>

#include "asn1/der.h"
#include "base/source.h"
#include "doc/cms_read.h"
#include "doc/ses.h"
#include "base/wire.h"

enum { TBS_MAX = 4 << 20, LOOK_MAX = 32 << 20, PNG_MAX = 64 << 20 };

struct desk {
	struct arena *arena;
	const char *folder;
	struct child child;
	uint8_t *room; /* WIRE_MAX */
};

bool desk_open(struct desk **out, const char *program, const char *folder, struct err *e)
{
	AUTO(desk) d = NEW(struct desk);
	char *args[3] = {0};

	d->child = (struct child){.fd = -1};
	d->arena = arena_new();
	d->folder = arena_str(d->arena, bytes_str(folder));
	d->room = arena_alloc(d->arena, WIRE_MAX);
	args[0] = arena_str(d->arena, bytes_str(program));
	args[1] = arena_str(d->arena, bytes_str(folder));
	if (!child_start(&d->child, args, e))
		return false;
	*out = desk_move(&d);
	return true;
}

void desk_free(struct desk *d)
{
	if (!d)
		return;
	child_stop(&d->child);
	arena_free(d->arena);
	mem_free(d);
}

static const char *file_of(const struct desk *d, struct arena *a, const char *name)
{
	return arena_printf(a, "%s/%s", d->folder, name);
}

/* The next message of the child; it is ended when there is none. */
static bool receive(
	struct desk *d, int timeout_ms, uint8_t *op, struct reader *fields, struct err *e)
{
	struct bytes message;

	if (!wire_receive(d->child.fd, d->room, timeout_ms, &message, e)) {
		child_stop(&d->child);
		return err_in(e, "the process that reads documents");
	}
	*fields = reader_of(message);
	*op = read_u8(fields);
	return true;
}

/* An answer: 0, or an error with its code and text. */
static bool settle(uint8_t op, struct reader *fields, struct err *e)
{
	uint32_t code;
	struct bytes text;

	if (op == 0)
		return true;
	code = wire_get_number(fields);
	text = wire_get(fields);
	return err_set(e,
		code > ERR_NONE && code < ERR_COUNT ? (enum err_code)code : ERR_MALFORMED,
		"%.*s", text.n > 200 ? 200 : (int)text.n, (const char *)text.p);
}

static bool ask(struct desk *d, const struct writer *w, struct err *e)
{
	if (d->child.fd < 0)
		return err_set(e, ERR_IO, "the process that reads documents has ended");
	if (w->full)
		return err_set(e, ERR_TOO_LARGE, "a request");
	return wire_send(d->child.fd, writer_bytes(w), e);
}

bool desk_look(struct desk *d, struct arena *a, const struct desk_look *look,
	struct bytes *json, struct err *e)
{
	struct writer w = writer_over(d->room, WIRE_MAX);
	uint8_t now[8], op;
	struct writer t = writer_over(now, sizeof now);
	struct reader fields;

	write_be64(&t, (uint64_t)look->now);
	write_u8(&w, DESK_OP_LOOK);
	wire_put_number(&w, look->is_batch);
	wire_put_number(&w, look->lang);
	wire_put(&w, BYTES_OF(now));
	wire_put(&w, bytes_str(look->pairing->platform));
	wire_put(&w, bytes_str(look->pairing->origin));
	wire_put(&w, look->pairing->root.der);
	wire_put(&w, look->page_origin);
	return ask(d, &w, e) && receive(d, DESK_LOOK_MS, &op, &fields, e) &&
	       settle(op, &fields, e) &&
	       file_slurp(a, file_of(d, a, "look"), LOOK_MAX, json, e);
}

bool desk_page(struct desk *d, struct arena *a, size_t document, unsigned page,
	struct bytes *png, struct err *e)
{
	struct writer w = writer_over(d->room, WIRE_MAX);
	struct reader fields;
	uint8_t op;

	write_u8(&w, DESK_OP_PAGE);
	wire_put_number(&w, (uint32_t)document);
	wire_put_number(&w, page);
	return ask(d, &w, e) && receive(d, DESK_PAGE_MS, &op, &fields, e) &&
	       settle(op, &fields, e) &&
	       file_slurp(a, file_of(d, a, "page"), PNG_MAX, png, e);
}

/* Attributes of a plain signature: a content type of ours for documents and no other, the
 * order's digest, and for a detached signature the digest of the document the agent saw.
 */
static bool are_attributes(const struct desk_make *make, struct bytes tbs, struct err *e)
{
	const struct order_document *d = &make->order->paper.documents[0];
	struct cms_attrs attrs;
	struct bytes set;
	bool sm3 = make->key->pub.kind == KEY_SM2;

	if (!der_only(tbs, DER_SET, &set, e) || !cms_attrs_read(&attrs, set, e))
		return err_in(e, "not the attributes of a signature");
	if (!bytes_equal(attrs.order_digest, bytes_make(make->order_sm3, SM3_SIZE)))
		return err_set(e, ERR_DENIED, "attributes that do not name the order");
	if (!oid_is(attrs.content_type, OID_GM_DATA) &&
		!oid_is(attrs.content_type, OID_P7_DATA))
		return err_set(
			e, ERR_DENIED, "attributes of something else than a paper");
	if (make->order->paper.form != ORDER_CMS || attrs.message_digest.n != SM3_SIZE)
		return true;
	return bytes_equal(attrs.message_digest,
		       bytes_make(sm3 ? d->sm3 : d->sha256, SM3_SIZE)) ||
	       err_set(e, ERR_DENIED, "attributes of another document");
}

/* A TBS_Sign, read by whoever reads seal signatures: with the seal and for the order that
 * were shown. It stands in a signature whose value is still to come. */
static bool is_seal(const struct desk_make *make, struct bytes tbs, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct writer w = writer_in(a, tbs.n + make->cert.n + 256);
	struct ses_signature s;
	struct bytes order;
	size_t whole = der_open(&w, DER_SEQUENCE);
	bool critical;

	write_bytes(&w, tbs);
	der_put(&w, DER_OCTET_STRING, make->cert);
	der_put_oid(&w, OID_SM2_SM3);
	der_put_bit_string(&w, BYTES("\0"));
	der_close(&w, whole);
	if (w.full || !ses_signature_read(&s, writer_bytes(&w), e) ||
		!bytes_equal(s.tbs, tbs))
		return err_set(e, ERR_DENIED, "not the octets of a seal");
	if (!bytes_equal(s.seal.whole, make->seal))
		return err_set(e, ERR_DENIED, "another seal than the one shown");
	return (ses_ext_find(s.ext_datas, OID_QY_ORDER_DIGEST, &order, &critical) &&
		       bytes_equal(order, bytes_make(make->order_sm3, SM3_SIZE))) ||
	       err_set(e, ERR_DENIED, "a seal that does not name the order");
}

//= Protocols §3: told apart by their first byte, and each carries the order's digest
static bool answers_order(const struct desk_make *make, struct bytes tbs, struct err *e)
{
	return make->order->paper.form == ORDER_OFD_SEAL ||
			       make->order->paper.form == ORDER_PDF_SEAL
		       ? is_seal(make, tbs, e)
		       : are_attributes(make, tbs, e);
}

/* Signs what lies in "tbs", and tells the child. */
static bool sign_for(struct desk *d, struct world *w, const struct desk_make *make,
	bool *done, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct writer value = writer_in(a, SIG_VALUE_MAX), message;
	struct bytes tbs;
	bool ok;

	ok = (!*done || err_set(e, ERR_DENIED, "asked to sign twice")) &&
	     file_slurp(a, file_of(d, a, "tbs"), TBS_MAX, &tbs, e) &&
	     answers_order(make, tbs, e);
	*done = true;
	ok = ok && key_sign_message(make->key, w, sig_default(make->key->pub.kind), tbs,
			   &value, e);
	message = writer_over(d->room, WIRE_MAX);
	write_u8(&message, DESK_OP_VALUE);
	wire_put(&message, ok ? writer_bytes(&value) : (struct bytes){0});
	if (ok)
		return wire_send(d->child.fd, writer_bytes(&message), e);
	/* What was wrong here is what the caller is to hear. */
	child_stop(&d->child);
	return false;
}

bool desk_make(
	struct desk *d, struct world *w, const struct desk_make *make, struct err *e)
{
	struct writer message = writer_over(d->room, WIRE_MAX);
	AUTO(arena) a = arena_new();
	struct reader fields;
	bool signed_once = false;
	uint8_t op;

	if (make->seal.n && !file_write(file_of(d, a, "seal"), 0600, make->seal, e))
		return false;
	write_u8(&message, DESK_OP_MAKE);
	wire_put_number(&message, (uint32_t)make->row);
	wire_put_number(&message, make->seal.n != 0);
	wire_put(&message, make->cert);
	wire_put(&message, bytes_make(make->order_sm3, SM3_SIZE));
	if (!ask(d, &message, e))
		return false;
	for (;;) {
		if (!receive(d, DESK_MAKE_MS, &op, &fields, e))
			return false;
		if (op != DESK_OP_SIGN)
			return settle(op, &fields, e);
		if (!sign_for(d, w, make, &signed_once, e))
			return false;
	}
}

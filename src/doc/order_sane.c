/* order_sane: what an order may hold. See order_parts.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "base/time.h"
#include "doc/order_parts.h"
#include "doc/typeset_fields.h"
#include "doc/typeset_words.h"

enum { HOST_MAX = 253, PAGES_MAX = 100000, SIDE_MAX_UM = 10000000 };

bool order_text_is_good(struct bytes text, size_t min, size_t max)
{
	if (text.n < min || text.n > max || !utf8_is_valid(text))
		return false;
	while (text.n) {
		uint32_t c = utf8_next(&text);

		if (c < 0x20 || field_is_hiding(c))
			return false;
	}
	return true;
}

static bool host_is_good(struct bytes host)
{
	if (!host.n || host.n > HOST_MAX)
		return false;
	for (size_t i = 0; i < host.n; i++) {
		uint8_t c = host.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
			    c == '.'))
			return false;
	}
	return host.p[0] != '.' && host.p[0] != '-' && host.p[host.n - 1] != '.';
}

bool order_origin_is_good(struct bytes origin)
{
	bool https = bytes_starts(origin, BYTES("https://"));
	struct bytes rest = bytes_from(origin, https ? 8 : 7), host;
	struct bytes v6 = BYTES("[::1]");
	uint64_t port;
	size_t colon;
	struct err e;

	if (!https && !bytes_starts(origin, BYTES("http://")))
		return false;
	if (bytes_starts(rest, v6)) {
		host = v6;
		rest = bytes_from(rest, v6.n);
	} else {
		colon = bytes_find(rest, BYTES(":"));
		host = bytes_head(rest, colon);
		rest = bytes_from(rest, host.n);
		if (!host_is_good(host))
			return false;
	}
	if (rest.n && (rest.p[0] != ':' ||
			      !decimal_u64(bytes_from(rest, 1), 65535, &port, &e) ||
			      !port || port == (https ? 443u : 80u)))
		return false;
	//= Protocols §3: https except for loopback
	return https || bytes_equal(host, v6) || bytes_equal(host, BYTES("localhost")) ||
	       bytes_equal(host, BYTES("127.0.0.1"));
}

bool order_period_check(int64_t issued, int64_t expiry, struct err *e)
{
	/* 0001 … 9999, and the difference cannot overflow */
	const int64_t bound = INT64_C(253402300799) * TIME_SECOND;

	if (issued < 0 || issued > bound || expiry <= issued || expiry > bound ||
		issued % TIME_SECOND || expiry % TIME_SECOND)
		return err_set(e, ERR_USAGE, "times out of order, or not whole seconds");
	if (expiry - issued > ORDER_LIFE_MAX)
		return err_set(e, ERR_USAGE, "an order stands for a day at most");
	return true;
}

static bool signer_is_sane(const struct order_signer *s, struct err *e)
{
	const uint32_t all = ORDER_FOR_SIGNING | ORDER_FOR_ENCRYPTION | ORDER_FOR_EVENT;

	if (s->credit_code.n && !credit_code_is_valid(s->credit_code))
		return err_set(e, ERR_USAGE, "the signer's credit code");
	if (s->cert_count > ORDER_CERTS_MAX)
		return err_set(e, ERR_USAGE, "more than %d certificates to choose from",
			ORDER_CERTS_MAX);
	if (s->purposes & ~all)
		return err_set(e, ERR_USAGE, "purposes %#x", (unsigned)s->purposes);
	return true;
}

bool order_figures(struct arena *a, int64_t fen, struct bytes *out, struct err *e)
{
	char *text;

	if (!money_figures(a, fen, &text, e))
		return false;
	*out = bytes_str(text);
	return true;
}

static bool field_is_sane(const struct order_field *f, struct arena *a, struct err *e)
{
	struct bytes figures;

	if (!order_text_is_good(f->name, 1, ORDER_ID_MAX) ||
		!order_text_is_good(f->label, 1, ORDER_ID_MAX) ||
		!order_text_is_good(f->value, 0, ORDER_TEXT_MAX))
		return err_set(e, ERR_USAGE, "a field that cannot be shown");
	if (!f->has_amount)
		return true;
	if (f->amount < 0 || !order_figures(a, f->amount, &figures, e) ||
		!bytes_equal(figures, f->value))
		return err_set(e, ERR_USAGE,
			"an amount is shown in its own figures and nothing else");
	return true;
}

static const struct order_field *field_named(
	const struct order_paper *p, struct bytes name)
{
	for (size_t i = 0; i < p->field_count; i++)
		if (bytes_equal(p->fields[i].name, name))
			return &p->fields[i];
	return NULL;
}

static bool fields_are_sane(const struct order_paper *p, struct arena *a, struct err *e)
{
	const struct order_field *total = field_named(p, p->total);

	if (p->field_count > ORDER_FIELDS_MAX)
		return err_set(e, ERR_USAGE, "more than %d fields", ORDER_FIELDS_MAX);
	for (size_t i = 0; i < p->field_count; i++) {
		if (!field_is_sane(&p->fields[i], a, e))
			return false;
		if (field_named(p, p->fields[i].name) != &p->fields[i])
			return err_set(e, ERR_USAGE, "two fields of one name");
	}
	if (p->total.n && (!total || !total->has_amount))
		return err_set(e, ERR_USAGE, "the total is no field with an amount");
	return true;
}

int64_t order_total(const struct order *o)
{
	const struct order_field *f = field_named(&o->paper, o->paper.total);

	return f && f->has_amount ? f->amount : 0;
}

static bool form_fits(enum order_form form, enum order_format format)
{
	switch (form) {
	case ORDER_CMS:
		return true;
	case ORDER_PADES:
	case ORDER_PDF_SEAL:
		return format == ORDER_PDF;
	case ORDER_OFD_SEAL:
	case ORDER_OFD_SIGN:
		return format == ORDER_OFD;
	}
	return false;
}

static bool documents_are_sane(const struct order_paper *p, struct err *e)
{
	if (!p->document_count || p->document_count > ORDER_DOCUMENTS_MAX)
		return err_set(e, ERR_USAGE, "1 to %d documents", ORDER_DOCUMENTS_MAX);
	for (size_t i = 0; i < p->document_count; i++)
		if (p->documents[i].format > ORDER_PDF ||
			p->documents[i].size > INT64_MAX)
			return err_set(e, ERR_USAGE, "document %zu", i + 1);
	if (p->document_count == 2 && p->documents[0].format == p->documents[1].format)
		return err_set(e, ERR_USAGE, "two documents of one format");
	return form_fits(p->form, p->documents[0].format) ||
	       err_set(e, ERR_USAGE, "a form of signature that the format does not have");
}

static bool paper_is_sane(const struct order_paper *p, struct arena *a, struct err *e)
{
	const struct order_place *at = &p->place;

	if (!order_text_is_good(p->id, 1, ORDER_ID_MAX) ||
		!order_text_is_good(p->kind, 1, ORDER_ID_MAX) ||
		!order_text_is_good(p->title, 1, ORDER_TEXT_MAX))
		return err_set(e, ERR_USAGE, "id, kind or title of the paper");
	if (!order_text_is_good(at->slot, 0, ORDER_ID_MAX) || at->page > PAGES_MAX ||
		at->x_um > SIDE_MAX_UM || at->y_um > SIDE_MAX_UM ||
		at->straddle > ORDER_STRADDLE_LEFT)
		return err_set(e, ERR_USAGE, "the place of the mark");
	return fields_are_sane(p, a, e) && documents_are_sane(p, e);
}

static bool login_is_sane(const struct order_login *l, struct err *e)
{
	if (l->purpose < ORDER_LOGIN_IN || l->purpose > ORDER_LOGIN_STEP_UP)
		return err_set(e, ERR_USAGE, "the purpose of a login");
	return order_text_is_good(l->text, 0, ORDER_TEXT_MAX) ||
	       err_set(e, ERR_USAGE, "the text of a login");
}

static bool is_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static bool bid_is_sane(const struct order *o, struct err *e)
{
	const struct order_bid *b = &o->bid;
	struct cert c;

	if (!order_text_is_good(b->tender, 0, ORDER_ID_MAX) ||
		!order_text_is_good(b->lot, 0, ORDER_ID_MAX))
		return err_set(e, ERR_USAGE, "tender or lot");
	if (!b->part_count || b->part_count > ORDER_PARTS_MAX)
		return err_set(e, ERR_USAGE, "1 to %d parts", ORDER_PARTS_MAX);
	for (size_t i = 0; i < b->part_count; i++) {
		if (!order_text_is_good(b->parts[i], 1, ORDER_ID_MAX))
			return err_set(e, ERR_USAGE, "part %zu", i + 1);
		for (size_t k = 0; k < i; k++)
			if (bytes_equal(b->parts[k], b->parts[i]))
				return err_set(e, ERR_USAGE, "a part stands twice");
	}
	if ((o->act == ORDER_REHEARSE) != !b->cert.n)
		return err_set(e, ERR_USAGE,
			"to whom it goes: for unwrapping and re-wrapping, and only then");
	if (b->cert.n && !cert_parse(&c, b->cert, e))
		return false;
	if ((o->act == ORDER_UNWRAP_BID) == is_zero(b->checkpoint, SM3_SIZE))
		return err_set(e, ERR_USAGE,
			"a closing checkpoint: for unwrapping, and only then");
	return true;
}

bool order_is_sane(const struct order *o, struct arena *a, struct err *e)
{
	if (!order_text_is_good(o->platform, 1, ORDER_ID_MAX) ||
		o->origin.n > ORDER_ID_MAX || !order_origin_is_good(o->origin))
		return err_set(e, ERR_USAGE, "platform or origin");
	if (!order_period_check(o->issued, o->expiry, e) ||
		!signer_is_sane(&o->signer, e))
		return false;
	switch (o->act) {
	case ORDER_SIGN:
		return paper_is_sane(&o->paper, a, e);
	case ORDER_LOGIN:
		return login_is_sane(&o->login, e);
	case ORDER_UNWRAP_BID:
	case ORDER_REWRAP:
	case ORDER_REHEARSE:
		return bid_is_sane(o, e);
	}
	return err_set(e, ERR_USAGE, "act %d", (int)o->act);
}

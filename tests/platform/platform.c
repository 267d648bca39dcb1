/* testplatform: a platform as small as can be: it issues signing orders, batches and
 * logins, for trying the agent until the real one exists.
 * SPDX-License-Identifier: Apache-2.0
 *
 * usage: testplatform init FOLDER ORIGIN PLATFORM     root.cer, order.cer and their keys
 *        testplatform order FOLDER SPEC.json OUT      an order; see order_of
 *        testplatform batch FOLDER OUT ORDER…         a closed list of orders
 *        testplatform opening FOLDER CERT KEY         a key to give bids' values to
 *        testplatform login-check FOLDER ANSWER ORDER [TRUST]
 *                                                     prints what is against the answer
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/source.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/keyfile.h"
#include "doc/login.h"
#include "doc/order.h"
#include "pki/issue.h"

enum { FILE_LIMIT = 128 << 20 };

struct platform {
	struct arena *a;
	struct world *w;
	const char *folder;
	struct key *key;
	struct bytes cert;
	struct bytes id, origin;
};

static const char *file_of(struct platform *p, const char *name)
{
	return arena_printf(p->a, "%s/%s", p->folder, name);
}

/* --- init */

static bool key_save(struct platform *p, struct key *key, const char *name, struct err *e)
{
	AUTO(secret) pem = NULL;

	return keyfile_write_pkcs8(&pem, p->w, key, NULL, e) &&
	       file_write(file_of(p, name), 0600,
		       bytes_make(secret_view(pem), secret_size(pem)), e);
}

static bool init(struct platform *p, struct err *e)
{
	int64_t now = p->w->now(p->w);
	struct issue_spec root = {.profile = ISSUE_ROOT,
		.subject = {.country = "CN",
			.organization = "示范平台",
			.common_name = "示范平台根"},
		.not_before = now - TIME_DAY,
		.not_after = now + 3650 * TIME_DAY};
	struct issue_spec order = root;
	AUTO(key) root_key = NULL;
	AUTO(key) order_key = NULL;
	struct bytes root_der, der;
	struct cert issuer;

	order.profile = ISSUE_ORDER;
	order.subject.common_name = "示范平台签署单";
	order.not_after = order.not_before + 90 * TIME_DAY;
	order.origin = arena_str(p->a, p->origin);
	(void)mkdir(p->folder, 0700);
	return key_generate(&root_key, p->w, KEY_SM2, e) &&
	       key_generate(&order_key, p->w, KEY_SM2, e) &&
	       issue_cert(
		       p->a, &root_der, p->w, &root, &root_key->pub, NULL, root_key, e) &&
	       cert_parse(&issuer, root_der, e) &&
	       issue_cert(
		       p->a, &der, p->w, &order, &order_key->pub, &issuer, root_key, e) &&
	       key_save(p, order_key, "order.key", e) &&
	       key_save(p, root_key, "root.key", e) &&
	       file_write(file_of(p, "root.cer"), 0644, root_der, e) &&
	       file_write(file_of(p, "order.cer"), 0644, der, e) &&
	       file_write(file_of(p, "id"), 0644, p->id, e) &&
	       file_write(file_of(p, "origin"), 0644, p->origin, e);
}

static bool platform_open(struct platform *p, struct err *e)
{
	struct keyfile key;
	struct bytes file;

	if (!file_slurp(p->a, file_of(p, "order.key"), KEYFILE_MAX, &file, e) ||
		!keyfile_read(&key, p->a, file, NULL, e))
		return false;
	p->key = key.key;
	return file_slurp(p->a, file_of(p, "order.cer"), CERT_MAX, &p->cert, e) &&
	       file_slurp(p->a, file_of(p, "id"), 4096, &p->id, e) &&
	       file_slurp(p->a, file_of(p, "origin"), 4096, &p->origin, e);
}

/* The key of an opening, under the platform's root. */
static bool make_opening(
	struct platform *p, const char *cert_path, const char *key_path, struct err *e)
{
	int64_t now = p->w->now(p->w);
	struct issue_spec spec = {.profile = ISSUE_ENCRYPT,
		.subject = {.country = "CN",
			.organization = "示范平台",
			.common_name = "开标密钥"},
		.not_before = now - TIME_HOUR,
		.not_after = now + TIME_DAY};
	AUTO(key) key = NULL;
	struct bytes file, root_der, der;
	struct keyfile root = {0};
	struct cert issuer;
	bool ok;

	ok = file_slurp(p->a, file_of(p, "root.key"), KEYFILE_MAX, &file, e) &&
	     keyfile_read(&root, p->a, file, NULL, e) &&
	     file_slurp(p->a, file_of(p, "root.cer"), CERT_MAX, &root_der, e) &&
	     cert_parse(&issuer, root_der, e) && key_generate(&key, p->w, KEY_SM2, e) &&
	     issue_cert(p->a, &der, p->w, &spec, &key->pub, &issuer, root.key, e) &&
	     file_write(cert_path, 0644, der, e);
	if (ok) {
		AUTO(secret) pem = NULL;

		ok = keyfile_write_pkcs8(&pem, p->w, key, NULL, e) &&
		     file_write(key_path, 0600,
			     bytes_make(secret_view(pem), secret_size(pem)), e);
	}
	keyfile_fini(&root);
	return ok;
}

/* --- an order from JSON */

static struct bytes text_of(struct platform *p, json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text ? arena_dup(p->a, bytes_str(text)) : (struct bytes){0};
}

static size_t choice_of(json_t *o, const char *name, const char *const *names)
{
	const char *text = json_string_value(json_object_get(o, name));

	for (size_t i = 1; text && names[i]; i++)
		if (strcmp(names[i], text) == 0)
			return i;
	return 0;
}

static void octets_of(
	struct platform *p, json_t *o, const char *name, uint8_t *out, size_t n)
{
	struct bytes octets;
	struct err e;

	if (hex_decode(p->a, text_of(p, o, name), &octets, &e) && octets.n == n)
		memcpy(out, octets.p, n);
}

static bool fields_of(
	struct platform *p, json_t *list, struct order_paper *paper, struct err *e)
{
	size_t n = json_array_size(list);
	struct order_field *fields = ARENA_ARRAY(p->a, n + 1, struct order_field);

	for (size_t i = 0; i < n; i++) {
		json_t *o = json_array_get(list, i);
		json_t *amount = json_object_get(o, "amount");

		fields[i] = (struct order_field){.name = text_of(p, o, "name"),
			.label = text_of(p, o, "label"),
			.value = text_of(p, o, "value"),
			.mandatory = json_is_true(json_object_get(o, "mandatory"))};
		if (!amount)
			continue;
		fields[i].has_amount = true;
		fields[i].amount = json_integer_value(amount);
		if (!order_figures(p->a, fields[i].amount, &fields[i].value, e))
			return false;
	}
	paper->fields = fields;
	paper->field_count = n;
	return true;
}

static bool paper_of(
	struct platform *p, json_t *o, struct order_paper *paper, struct err *e)
{
	static const char *const forms[] = {
		"", "cms", "pades", "ofd-seal", "pdf-seal", "ofd-sign", NULL};
	struct order_document *d = ARENA_NEW(p->a, struct order_document);
	json_t *place = json_object_get(o, "place");
	struct bytes file;

	if (!file_slurp(p->a, arena_str(p->a, text_of(p, o, "document")), FILE_LIMIT,
		    &file, e))
		return false;
	d->size = file.n;
	d->format = bytes_starts(file, BYTES("PK"))     ? ORDER_OFD
		    : bytes_starts(file, BYTES("%PDF")) ? ORDER_PDF
							: ORDER_OTHER;
	sm3_of(file, d->sm3);
	digest_of(DIGEST_SHA256, file, d->sha256);
	*paper = (struct order_paper){.id = text_of(p, o, "id"),
		.kind = text_of(p, o, "kind"),
		.title = text_of(p, o, "title"),
		.alone = json_is_true(json_object_get(o, "alone")),
		.total = text_of(p, o, "total"),
		.documents = d,
		.document_count = 1,
		.form = (enum order_form)choice_of(o, "form", forms)};
	if (place) {
		paper->place.page =
			(uint32_t)json_integer_value(json_object_get(place, "page"));
		paper->place.x_um =
			(uint32_t)json_integer_value(json_object_get(place, "x"));
		paper->place.y_um =
			(uint32_t)json_integer_value(json_object_get(place, "y"));
	}
	return fields_of(p, json_object_get(o, "fields"), paper, e);
}

static bool bid_of(struct platform *p, json_t *o, struct order_bid *bid, struct err *e)
{
	json_t *parts = json_object_get(o, "parts");
	size_t n = json_array_size(parts);
	struct bytes *list = ARENA_ARRAY(p->a, n + 1, struct bytes), path, file;

	for (size_t i = 0; i < n; i++)
		list[i] = arena_dup(
			p->a, bytes_str(json_string_value(json_array_get(parts, i))));
	bid->tender = text_of(p, o, "tender");
	bid->lot = text_of(p, o, "lot");
	octets_of(p, o, "header", bid->header, SM3_SIZE);
	octets_of(p, o, "checkpoint", bid->checkpoint, SM3_SIZE);
	bid->parts = list;
	bid->part_count = n;
	path = text_of(p, o, "certificate");
	return !path.n || (file_slurp(p->a, arena_str(p->a, path), CERT_MAX, &file, e) &&
				  cert_decode(p->a, file, &bid->cert, e));
}

static bool order_of(struct platform *p, json_t *o, struct order *out, struct err *e)
{
	static const char *const acts[] = {
		"", "sign", "login", "unwrap-bid", "rewrap", "rehearse", NULL};
	static const char *const purposes[] = {
		"", "login", "binding", "recovery", "step-up", NULL};
	int64_t now = p->w->now(p->w) / TIME_SECOND;
	int64_t issued = now + json_integer_value(json_object_get(o, "issued"));
	json_t *life = json_object_get(o, "life"), *certs = json_object_get(o, "signers");
	uint8_t(*list)[SM3_SIZE] = arena_array(p->a, ORDER_CERTS_MAX, SM3_SIZE);
	struct bytes other = text_of(p, o, "platform"), origin = text_of(p, o, "origin");
	struct bytes digest;

	*out = (struct order){.platform = other.n ? other : p->id,
		.origin = origin.n ? origin : p->origin,
		.act = (enum order_act)choice_of(o, "act", acts),
		.issued = issued * TIME_SECOND,
		.expiry =
			(issued + (life ? json_integer_value(life) : 3600)) * TIME_SECOND,
		.signer = {.credit_code = text_of(p, o, "credit_code"),
			.certs = (const uint8_t(*)[SM3_SIZE])list,
			.cert_count = json_array_size(certs)}};
	for (size_t i = 0; i < out->signer.cert_count; i++) {
		const char *hex = json_string_value(json_array_get(certs, i));

		if (!hex_decode(p->a, bytes_str(hex), &digest, e) || digest.n != SM3_SIZE)
			return false;
		memcpy(list[i], digest.p, SM3_SIZE);
	}
	octets_of(p, o, "nonce", out->nonce, ORDER_NONCE);
	if (out->act == ORDER_SIGN)
		return paper_of(p, o, &out->paper, e);
	if (out->act != ORDER_LOGIN)
		return bid_of(p, o, &out->bid, e);
	out->login.purpose = (enum order_login_purpose)choice_of(o, "purpose", purposes);
	octets_of(p, o, "challenge", out->login.challenge, 32);
	octets_of(p, o, "session", out->login.session, SM3_SIZE);
	out->login.text = text_of(p, o, "text");
	return true;
}

static bool make_order(
	struct platform *p, const char *spec, const char *to, struct err *e)
{
	json_t *o = json_load_file(spec, JSON_REJECT_DUPLICATES, NULL);
	struct order order;
	struct bytes der;
	bool ok;

	if (!o)
		return err_set(e, ERR_MALFORMED, "%s", spec);
	ok = order_of(p, o, &order, e) &&
	     order_sign(p->a, &der, p->w, &order, p->key, p->cert, e) &&
	     file_write(to, 0644, der, e);
	json_decref(o);
	return ok;
}

static bool make_batch(
	struct platform *p, const char *to, char **paths, size_t n, struct err *e)
{
	struct bytes *rows = ARENA_ARRAY(p->a, n, struct bytes), der;
	int64_t now = p->w->now(p->w) / TIME_SECOND * TIME_SECOND;
	struct order_batch batch = {.platform = p->id,
		.origin = p->origin,
		.issued = now,
		.expiry = now + TIME_HOUR,
		.rows = rows};

	for (size_t i = 0; i < n; i++)
		if (!file_slurp(p->a, paths[i], ORDER_MAX, &rows[i], e))
			return false;
	return batch_sign(p->a, &der, p->w, &batch, n, p->key, p->cert, e) &&
	       file_write(to, 0644, der, e);
}

/* --- checking a login */

static bool asked_for(void *to, const struct login_token *t, bool *good, struct err *e)
{
	const struct order *o = to;

	(void)e;
	*good = bytes_equal(BYTES_OF(t->r_b), BYTES_OF(o->login.challenge));
	return true;
}

static bool check_login(struct platform *p, char **paths, size_t n, struct err *e)
{
	struct order_signed asked;
	struct login_challenges challenges = {asked_for, &asked.order};
	struct login_conditions c = {.arena = p->a,
		.lang = LANG_EN,
		.now = p->w->now(p->w),
		.platform = p->id,
		.origin = p->origin,
		.challenges = &challenges};
	struct bytes answer, order, file;
	struct trust *trust = NULL;
	struct login_finding f;

	if (!file_slurp(p->a, paths[0], LOGIN_ANSWER_MAX, &answer, e) ||
		!file_slurp(p->a, paths[1], ORDER_MAX, &order, e) ||
		!order_open(&asked, p->a, order, e))
		return false;
	if (n > 2) {
		if (!file_slurp(p->a, paths[2], TRUST_MAX, &file, e) ||
			!trust_read(&trust, p->a, file, e))
			return false;
		trust->allow_demonstration = true;
	}
	c.trust = trust;
	c.purpose = asked.order.login.purpose;
	memcpy(c.session, asked.order.login.session, SM3_SIZE);
	login_check(&f, answer, &c);
	for (enum login_check_id id = 0; id < LOGIN_CHECK_COUNT; id++)
		if (f.checks[id].present && f.checks[id].result != FINDING_PASSED)
			(void)printf(
				"%s: %s\n", login_check_name(id), f.checks[id].detail);
	return !login_is_refused(&f) || err_set(e, ERR_DENIED, "the login is refused");
}

int main(int argc, char **argv)
{
	AUTO(arena) a = arena_new();
	struct platform p = {.a = a, .w = world_system()};
	const char *verb = argc > 3 ? argv[1] : "";
	struct err e = {.code = ERR_USAGE, .text = "see the head of platform.c"};
	bool ok = false;

	p.folder = argc > 2 ? argv[2] : "";
	if (strcmp(verb, "init") == 0 && argc == 5) {
		p.origin = bytes_str(argv[3]);
		p.id = bytes_str(argv[4]);
		ok = init(&p, &e);
	} else if (argc > 4 && platform_open(&p, &e)) {
		if (strcmp(verb, "order") == 0)
			ok = make_order(&p, argv[3], argv[4], &e);
		else if (strcmp(verb, "batch") == 0)
			ok = make_batch(&p, argv[3], argv + 4, (size_t)argc - 4, &e);
		else if (strcmp(verb, "opening") == 0)
			ok = make_opening(&p, argv[3], argv[4], &e);
		else if (strcmp(verb, "login-check") == 0)
			ok = check_login(&p, argv + 3, (size_t)argc - 3, &e);
	}
	key_free(p.key);
	if (!ok)
		(void)fprintf(stderr, "%s: %s\n", err_name(e.code), e.text);
	return ok ? 0 : err_exit(e.code);
}

/* fakes: see fakes.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fakes.h"

#include <string.h>

#include "base/buf.h"
#include "crypto/digest.h"
#include "domain/rule.h"
#include "pki/cert.h"
#include "unit.h"

/* --- the keeper ------------------------------------------------------------------- */

static bool is_up(struct fake_keeper *k, struct err *e)
{
	if (k->before)
		k->before(k->to);
	return !k->down || err_set(e, ERR_BUSY, "the keeper is down");
}

static int64_t whole_second(int64_t t)
{
	return t - t % TIME_SECOND;
}

static bool order_of(struct fake_keeper *k, struct arena *a, const char *what,
	const struct order_signer *signer, unsigned life_s, struct bytes *order,
	int64_t *expiry)
{
	k->orders++;
	k->signer = *signer;
	k->life_s = life_s;
	*expiry = whole_second(k->world->now(k->world)) + life_s * TIME_SECOND;
	*order = bytes_str(arena_printf(a, "%s order %u", what, k->orders));
	return true;
}

static bool fake_login_order(void *ctx, struct arena *a, const struct order_login *login,
	const struct order_signer *signer, unsigned life_s, struct bytes *order,
	int64_t *expiry, struct err *e)
{
	struct fake_keeper *k = ctx;

	if (!is_up(k, e))
		return false;
	k->login = *login;
	return order_of(k, a, "login", signer, life_s, order, expiry);
}

static bool fake_paper_order(void *ctx, struct arena *a, const struct order_paper *paper,
	const struct order_signer *signer, unsigned life_s, struct bytes *order,
	int64_t *expiry, struct err *e)
{
	struct fake_keeper *k = ctx;

	if (!is_up(k, e))
		return false;
	k->paper = *paper;
	return order_of(k, a, "paper", signer, life_s, order, expiry);
}

/* generation ‖ SM3(purpose, record, plain) ‖ plain XOR SM3(purpose, record). */
static void pad_of(enum field_purpose purpose, struct id record, uint8_t pad[SM3_SIZE])
{
	uint8_t in[ID_SIZE + 1];

	memcpy(in, record.b, ID_SIZE);
	in[ID_SIZE] = (uint8_t)purpose;
	sm3_of(BYTES_OF(in), pad);
}

static void tag_of(const uint8_t pad[SM3_SIZE], struct bytes plain, uint8_t tag[SM3_SIZE])
{
	AUTO(digest) d = digest_new(DIGEST_SM3);

	digest_put(d, bytes_make(pad, SM3_SIZE));
	digest_put(d, plain);
	digest_finish(d, tag);
}

static void xor_pad(uint8_t *out, struct bytes in, const uint8_t pad[SM3_SIZE])
{
	for (size_t i = 0; i < in.n; i++)
		out[i] = in.p[i] ^ pad[i % SM3_SIZE];
}

static bool fake_seal(void *ctx, struct arena *a, enum field_purpose purpose,
	struct id record, struct bytes plain, struct bytes *sealed, struct err *e)
{
	struct fake_keeper *k = ctx;
	uint8_t pad[SM3_SIZE], *out = arena_alloc(a, 1 + SM3_SIZE + plain.n);

	if (!is_up(k, e))
		return false;
	k->sealed++;
	pad_of(purpose, record, pad);
	out[0] = (uint8_t)k->generation;
	tag_of(pad, plain, out + 1);
	xor_pad(out + 1 + SM3_SIZE, plain, pad);
	*sealed = bytes_make(out, 1 + SM3_SIZE + plain.n);
	return true;
}

static bool open_with(const uint8_t pad[SM3_SIZE], struct bytes sealed,
	struct secret **plain, struct err *e)
{
	uint8_t tag[SM3_SIZE];
	AUTO(secret) s = NULL;

	if (sealed.n < 1 + SM3_SIZE)
		return err_set(e, ERR_DECRYPT, "too short");
	s = secret_new(sealed.n - 1 - SM3_SIZE);
	xor_pad(secret_data(s), bytes_from(sealed, 1 + SM3_SIZE), pad);
	tag_of(pad, bytes_make(secret_view(s), secret_size(s)), tag);
	if (memcmp(tag, sealed.p + 1, SM3_SIZE) != 0)
		return err_set(e, ERR_DECRYPT, "another record");
	*plain = secret_move(&s);
	return true;
}

static bool fake_open(void *ctx, enum field_purpose purpose, struct id record,
	struct bytes sealed, struct id reader, struct secret **plain, struct err *e)
{
	struct fake_keeper *k = ctx;
	uint8_t pad[SM3_SIZE];

	if (!is_up(k, e))
		return false;
	k->opened++;
	k->reader = reader;
	pad_of(purpose, record, pad);
	return open_with(pad, sealed, plain, e);
}

static bool fake_renew(void *ctx, struct arena *a, enum field_purpose purpose,
	struct id record, struct bytes sealed, struct bytes *renewed, bool *fresh,
	struct err *e)
{
	struct fake_keeper *k = ctx;
	struct bytes copy = arena_dup(a, sealed);
	uint8_t *out = arena_alloc(a, sealed.n);

	(void)purpose;
	(void)record;
	if (!is_up(k, e))
		return false;
	*fresh = sealed.n > 0 && copy.p[0] != k->generation;
	if (!*fresh)
		return true;
	k->renewed++;
	memcpy(out, copy.p, copy.n);
	out[0] = (uint8_t)k->generation;
	*renewed = bytes_make(out, copy.n);
	return true;
}

static bool fake_index(void *ctx, enum field_purpose purpose, struct bytes plain,
	uint8_t out[FIELD_INDEX], struct err *e)
{
	struct fake_keeper *k = ctx;
	uint8_t pad[SM3_SIZE];

	if (!is_up(k, e))
		return false;
	k->indexed++;
	pad_of(purpose, (struct id){{0}}, pad);
	tag_of(pad, plain, out);
	return true;
}

void fake_keeper_init(struct fake_keeper *k, struct world *w)
{
	*k = (struct fake_keeper){.world = w, .generation = 1};
	k->face = (struct keeper_face){.ctx = k,
		.login_order = fake_login_order,
		.paper_order = fake_paper_order,
		.field_seal = fake_seal,
		.field_open = fake_open,
		.field_renew = fake_renew,
		.field_index = fake_index};
}

/* --- the worker ------------------------------------------------------------------- */

static struct bytes keep(uint8_t *to, struct bytes b)
{
	size_t n = b.n < FAKE_KEPT ? b.n : FAKE_KEPT;

	if (n)
		memcpy(to, b.p, n);
	return bytes_make(to, n);
}

static bool fake_verify(void *ctx, struct arena *a, struct bytes content,
	struct bytes cms, int64_t at, enum lang lang, struct signed_finding *out,
	struct err *e)
{
	struct fake_worker *w = ctx;

	(void)a;
	(void)at;
	(void)lang;
	w->verified++;
	w->content = keep(w->kept[0], content);
	w->cms = keep(w->kept[1], cms);
	if (w->fails.code) {
		*e = w->fails;
		return false;
	}
	*out = w->says;
	return true;
}

static bool fake_scan(void *ctx, struct bytes file, const char **type, struct err *e)
{
	struct fake_worker *w = ctx;

	(void)file;
	if (!w->scan_type)
		return err_set(e, ERR_MALFORMED, "no picture");
	*type = w->scan_type;
	return true;
}

void fake_worker_init(struct fake_worker *w)
{
	*w = (struct fake_worker){
		.says = {.indication = INDICATION_INDETERMINATE, .sub = "", .why = ""}};
	w->face = (struct worker_face){
		.ctx = w, .verify_detached = fake_verify, .check_scan = fake_scan};
}

/* --- world and app ---------------------------------------------------------------- */

static int64_t fake_now(struct world *w)
{
	return ((struct fake_world *)w)->at;
}

static void fake_random(struct world *w, void *p, size_t n)
{
	struct fake_world *f = (struct fake_world *)w;
	uint8_t *out = p;

	for (size_t i = 0; i < n; i++) {
		f->state ^= f->state << 13;
		f->state ^= f->state >> 7;
		f->state ^= f->state << 17;
		out[i] = (uint8_t)(f->state >> 24);
	}
}

void fake_world_init(struct fake_world *w, int64_t at, uint64_t seed)
{
	*w = (struct fake_world){.world = {.now = fake_now, .random = fake_random},
		.at = at,
		.state = seed * 0x9e3779b97f4a7c15u + 1};
}

void fake_app_init(struct fake_app *f, struct db *db, struct blobs *blobs, int64_t at)
{
	struct err e;

	*f = (struct fake_app){.rules = NULL};
	fake_world_init(&f->world, at, 1);
	fake_keeper_init(&f->keeper, &f->world.world);
	fake_worker_init(&f->worker);
	if (!rules_load(&f->rules, NULL, &e))
		fail_msg("%s", e.text);
	f->app = (struct app){.world = &f->world.world,
		.db = db,
		.blobs = blobs,
		.keeper = &f->keeper.face,
		.worker = &f->worker.face,
		.rules = f->rules,
		.platform = "test",
		.origin = "https://test.example",
		.demonstration = true};
}

void fake_app_fini(struct fake_app *f)
{
	rules_free(f->rules);
}

/* --- people ----------------------------------------------------------------------- */

void fake_credit_code(char out[19], unsigned n)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

	for (size_t i = 0; i < sizeof alphabet - 1; i++) {
		(void)snprintf(out, 19, "91440600%09u", n);
		out[17] = alphabet[i];
		out[18] = '\0';
		if (credit_code_is_valid(bytes_str(out)))
			return;
	}
	fail_msg("no check digit for %u", n);
}

//= GB 11643-1999 §6: weights 2^(17-i) mod 11
void fake_id_number(char out[19], unsigned n)
{
	static const unsigned weights[17] = {
		7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	unsigned sum = 0;

	(void)snprintf(out, 19, "440106%04u%02u%02u%03u", 1960 + n / 1000 % 40,
		1 + n / 40000 % 12, 1 + n / 480000 % 28, n % 1000);
	for (size_t i = 0; i < 17; i++)
		sum += (unsigned)(out[i] - '0') * weights[i];
	out[17] = "10X98765432"[sum % 11];
	out[18] = '\0';
}

struct actor fake_actor(
	struct fake_app *f, uint32_t kinds, struct id organisation, enum member_role role)
{
	struct world *w = &f->world.world;

	return (struct actor){.account = id_new(w),
		.person = id_new(w),
		.session = id_new(w),
		.organisation = organisation,
		.kinds = kinds,
		.role = role,
		.assurance = ASSURED_CERT_TOKEN,
		.step_up_until = f->world.at + TIME_HOUR,
		.lang = LANG_ZH,
		.address = "192.0.2.1"};
}

struct actor actor_without_step_up(struct actor a)
{
	a.assurance = ASSURED_PASSWORD;
	a.step_up_until = TIME_NONE;
	return a;
}

struct actor actor_as_newcomer(struct actor a)
{
	a.is_newcomer = true;
	return a;
}

struct actor fake_nobody(void)
{
	return (struct actor){
		.step_up_until = TIME_NONE, .lang = LANG_ZH, .address = "192.0.2.9"};
}

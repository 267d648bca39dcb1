/* act: doing what an order asks, once its user said so.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "agent/act_bid.h"
#include "agent/agent.h"
#include "base/source.h"
#include "doc/login.h"
#include "doc/party.h"
#include "doc/ses_write.h"

static const char *const act_names[] = {
	"", "sign", "login", "unwrap-bid", "rewrap", "rehearse"};

static const struct order *order_at(const struct job *job, size_t row)
{
	return &job->rows[row].order.order;
}

enum token_use act_use(const struct job *job)
{
	enum order_act act =
		job->row_count ? order_at(job, 0)->act : (enum order_act)ORDER_SIGN;

	return act == ORDER_SIGN || act == ORDER_LOGIN ? TOKEN_SIGN : TOKEN_UNWRAP;
}

/* --- which key */

static struct order_conditions conditions(
	struct agent *a, const struct job *job, struct arena *arena)
{
	return (struct order_conditions){.arena = arena,
		.lang = a->lang,
		.now = a->world->now(a->world),
		.platform = bytes_str(job->pairing->platform),
		.origin = bytes_str(job->pairing->origin),
		.root = &job->pairing->root,
		.page_origin = bytes_str(job->page_origin)};
}

/* The seal in the home that this certificate may set; empty: none. */
static struct bytes seal_for(const struct agent *a, struct bytes cert)
{
	for (size_t i = 0; i < a->home->seal_count; i++) {
		struct ses_seal seal;
		struct err e;

		if (ses_seal_allows(
			    &seal, a->home->seals[i], cert, a->world->now(a->world), &e))
			return a->home->seals[i];
	}
	return (struct bytes){0};
}

static bool wants_seal(const struct order *o)
{
	return o->act == ORDER_SIGN &&
	       (o->paper.form == ORDER_OFD_SEAL || o->paper.form == ORDER_PDF_SEAL);
}

/* What is against this certificate for one order; null: nothing. */
static const char *objection_to(struct agent *a, const struct job *job, size_t row,
	const struct cert *cert, struct arena *arena)
{
	struct order_conditions c = conditions(a, job, arena);
	struct order_finding f;
	struct party p = {0};

	if (a->home->trust)
		party_of(&p, arena, a->lang, cert,
			act_use(job) == TOKEN_SIGN ? TRUST_SIGNER : TRUST_ENCRYPTION,
			a->home->trust, NULL, c.now);
	c.cert = cert;
	c.credit_code = p.credit_code;
	order_check(&f, job->rows[row].order.statement.whole, &c);
	if (f.checks[ORDER_CHECK_CERTIFICATE].result != FINDING_PASSED)
		return f.checks[ORDER_CHECK_CERTIFICATE].detail;
	if (wants_seal(order_at(job, row)) && !seal_for(a, cert->der).n)
		return msg_text(a->lang, MSG_AGENT_NO_SEAL);
	return NULL;
}

bool act_fits(struct agent *a, const struct job *job, const struct keyring_key *key,
	struct arena *arena, const char **why)
{
	struct bytes der = act_use(job) == TOKEN_SIGN ? key->sign : key->enc;
	int64_t now = a->world->now(a->world);
	struct cert cert;
	struct err e;

	*why = NULL;
	if (key->state == TOKEN_LOCKED)
		*why = msg_text(a->lang, MSG_AGENT_KEY_LOCKED);
	else if (!der.n || !cert_parse(&cert, der, &e))
		*why = msg_text(a->lang, MSG_AGENT_KEY_WITHOUT);
	else if (now < cert.not_before || now > cert.not_after)
		/* An encryption key opens what was once wrapped to it. */
		*why = act_use(job) == TOKEN_SIGN
			       ? msg_text(a->lang, MSG_AGENT_KEY_LAPSED)
			       : NULL;
	for (size_t row = 0; !*why && row < job->row_count; row++) {
		*why = objection_to(a, job, row, &cert, arena);
		if (!*why && act_use(job) == TOKEN_UNWRAP && !bid_is_for(job, row, &cert))
			*why = msg_text(a->lang, MSG_AGENT_NOT_RECIPIENT);
	}
	return !*why;
}

/* --- the acts */

static bool act_sign(struct agent *a, struct job *job, size_t row, struct key *key,
	struct bytes cert, struct err *e)
{
	struct desk_make make = {.row = row,
		.order = order_at(job, row),
		.order_sm3 = job->rows[row].order.statement.sm3,
		.key = key,
		.cert = cert};

	if (wants_seal(make.order))
		make.seal = seal_for(a, cert);
	//= Protocols §3: what was shown is what is signed
	return job_is_unchanged(job, row, e) && desk_make(job->desk, a->world, &make, e);
}

static bool act_login(struct agent *a, struct job *job, size_t row, struct key *key,
	struct bytes cert, struct err *e)
{
	struct bytes answer;

	if (!login_answer(
		    job->arena, &answer, a->world, order_at(job, row), key, cert, e))
		return false;
	job_answer(job, row, answer);
	return true;
}

static bool act_row(struct agent *a, struct job *job, size_t row,
	const struct act_keys *keys, struct err *e)
{
	switch (order_at(job, row)->act) {
	case ORDER_SIGN:
		return act_sign(a, job, row, keys->key, keys->cert, e);
	case ORDER_LOGIN:
		return act_login(a, job, row, keys->key, keys->cert, e);
	case ORDER_UNWRAP_BID:
	case ORDER_REWRAP:
	case ORDER_REHEARSE:
		return act_bid(a, job, row, keys, e);
	}
	return err_set(e, ERR_UNSUPPORTED, "act");
}

static bool journal_row(struct agent *a, const struct job *job, size_t row,
	const char *outcome, const char *detail, const struct cert *cert, struct err *e)
{
	const struct order *o = order_at(job, row);
	struct journal_line line = {.act = act_names[o->act],
		.outcome = outcome,
		.platform = job->pairing->platform,
		.origin = job->pairing->origin,
		.detail = detail,
		.order = job->rows[row].order.statement.sm3,
		.cert = cert ? cert->sm3 : NULL};

	line.title = arena_str(job->arena,
		o->act == ORDER_SIGN
			? o->paper.title
			: (o->act == ORDER_LOGIN ? o->login.text : o->bid.tender));
	if (o->act == ORDER_SIGN)
		line.document = o->paper.documents[0].sm3;
	return journal_put(a->journal, a->world, &line, e);
}

/* All nonces of a job, before its first signature: an order is answered once, whatever
 * becomes of the answer. */
static bool take_nonces(struct agent *a, struct job *job, struct err *e)
{
	struct order_nonces memory = nonces_memory(a->nonces);

	for (size_t row = 0; row < job->row_count + (job->batch ? 1 : 0); row++) {
		bool is_list = row == job->row_count, fresh;
		const uint8_t *nonce =
			is_list ? job->batch->batch.nonce : order_at(job, row)->nonce;
		int64_t expiry =
			is_list ? job->batch->batch.expiry : order_at(job, row)->expiry;

		if (a->world->now(a->world) >= expiry)
			return err_set(e, ERR_DENIED, "%s",
				msg_text(a->lang, MSG_ORDER_TIME_EXPIRED));
		if (!memory.take(memory.to, nonce, expiry, &fresh, e))
			return false;
		if (!fresh)
			return err_set(e, ERR_DENIED, "%s",
				msg_text(a->lang, MSG_ORDER_NONCE_SEEN));
	}
	return true;
}

static bool answer_rows(struct agent *a, struct job *job, const struct act_keys *keys,
	const struct cert *cert, struct err *e)
{
	struct err ignored;

	if (!take_nonces(a, job, e))
		return false;
	//= Protocols §3: a failure stops it; the journal is written before the answer leaves
	for (size_t row = 0; row < job->row_count; row++) {
		if (!act_row(a, job, row, keys, e)) {
			(void)journal_row(a, job, row, "failed", e->text, cert, &ignored);
			return false;
		}
		if (!journal_row(a, job, row, "done", NULL, cert, e))
			return false;
	}
	return true;
}

/* Opens what the act needs; the caller frees it. */
static bool keys_open(struct act_keys *out, struct agent *a, struct job *job,
	const struct keyring_key *which, const struct secret *pin,
	struct token_pin *state, struct err *e)
{
	enum token_use use = act_use(job);

	*out = (struct act_keys){.cert = use == TOKEN_SIGN ? which->sign : which->enc};
	if (!keyring_open(&out->key, a->keyring, which, use, pin, state, e))
		return false;
	return use == TOKEN_SIGN || keyring_signer(&out->signer, &out->signer_cert,
					    a->keyring, job->arena, which, pin, e);
}

bool act_answer(struct agent *a, struct job *job, const struct keyring_key *which,
	const struct secret *pin, struct token_pin *state, struct err *e)
{
	struct act_keys keys;
	struct cert cert;
	bool ok;

	if (!cert_parse(&cert, act_use(job) == TOKEN_SIGN ? which->sign : which->enc, e))
		return false;
	if (!keys_open(&keys, a, job, which, pin, state, e)) {
		/* Opened, and then no signing key beside it: nothing stays open. */
		if (keys.key) {
			key_free(keys.key);
			keyring_close(a->keyring, which);
		}
		return false;
	}
	ok = answer_rows(a, job, &keys, &cert, e);
	key_free(keys.key);
	key_free(keys.signer);
	/* The PIN is forgotten on every way out. */
	keyring_close(a->keyring, which);
	job->state = ok ? JOB_DONE : JOB_FAILED;
	if (!ok)
		job->problem = err_say(job->arena, a->lang, e);
	return ok;
}

void act_refuse(struct agent *a, struct job *job)
{
	struct err e;

	job->state = JOB_REFUSED;
	for (size_t row = 0; row < job->row_count; row++)
		(void)journal_row(a, job, row, "refused", NULL, NULL, &e);
}

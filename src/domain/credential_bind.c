/* credential_bind: how certificates come to be bound; see credential.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/account.h"
#include "domain/act.h"
#include "domain/actor.h"
#include "domain/challenge.h"
#include "domain/credential_row.h"
#include "domain/identifier.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "domain/standing.h"
#include "domain/tell.h"

static const struct id none;

static bool no(struct err *e, enum msg say, const char *text)
{
	return err_refuse(e, ERR_DENIED, say, NULL, text);
}

struct binding {
	struct app *app;
	struct arena *a;
	const struct actor *actor;
	struct proof proof;      /* of who answered */
	const struct proof *new; /* the certificate to bind: of it, or another one */
	enum credential_use use;
	bool in_token;
	uint8_t id_index[FIELD_INDEX]; /* of the id number in it; persons only */
	bool has_id_index;
	/* found on the way */
	struct id renewed, voucher;
	bool is_renewal, is_vouched;
	struct credential old;
	struct credential_bound out;
};

/* --- whose it is */

//= Protocols §5: the first one is bound after a check independent of the certificate
static bool check_organisation(struct tx *tx, struct binding *b, struct err *e)
{
	struct account_organisation_row o;
	bool found;

	if (!standing_require(
		    tx, b->actor, RIGHT_CREDENTIAL_BIND, b->actor->organisation, e) ||
		!account_organisation(tx, b->a, b->actor->organisation, &o, &found, e))
		return false;
	if (!found || o.state != ORGANISATION_ACTIVE || o.checked_at == TIME_NONE)
		return no(e, MSG_CREDENTIAL_ORGANISATION_UNCHECKED,
			"the organisation was not checked yet");
	if (!b->new->credit_code[0])
		return no(e, MSG_CREDENTIAL_CODE_NONE,
			"no credit code where the register looks for it");
	if (!bytes_equal(o.credit_code, bytes_str(b->new->credit_code)))
		return no(e, MSG_CREDENTIAL_CODE_OTHER, "another party's credit code");
	return true;
}

static bool check_person(struct tx *tx, struct binding *b, struct err *e)
{
	struct account_person_row p;
	bool found;

	if (!account_person(tx, b->a, b->actor->person, &p, &found, e))
		return false;
	if (!b->has_id_index || !found || !p.id_number_index.p ||
		!bytes_equal(p.id_number_index, BYTES_OF(b->id_index)))
		return no(e, MSG_CREDENTIAL_PERSON_OTHER, "another person's id number");
	return true;
}

static bool check_party(struct tx *tx, struct binding *b, struct err *e)
{
	if (id_is_none(b->actor->organisation))
		return check_person(tx, b, e);
	return check_organisation(tx, b, e);
}

/* Each certificate once, and none of a key that was reported lost, whoever asks. */
static bool check_new(struct tx *tx, struct binding *b, struct err *e)
{
	const struct cert *cert = &b->new->cert;
	struct credential_lost_keys_row lost;
	struct credential there;
	uint8_t key[SM3_SIZE];
	bool found;

	sm3_of(cert->key.spki, key);
	if (!credential_lost_keys(tx, b->a, BYTES_OF(key), &lost, &found, e))
		return false;
	if (lost.count)
		return no(e, MSG_CREDENTIAL_KEY_LOST, "its key was reported lost");
	if (!credential_find_in(tx, b->a, none, BYTES_OF(cert->sm3), &there, &found, e))
		return false;
	if (!found)
		return true;
	if (there.state != CREDENTIAL_REFUSED && there.state != CREDENTIAL_ENDED)
		return no(e, MSG_CREDENTIAL_BOUND_ALREADY, "bound already");
	return credential_retire(tx, there.id, tx_time(tx), NULL, e);
}

/* --- how it comes in */

static bool find_renewed(struct tx *tx, struct binding *b, struct err *e)
{
	struct credential_by_key_row *rows;
	struct credential_by_key_in in = {.organisation = b->actor->organisation,
		.person = id_is_none(b->actor->organisation) ? b->actor->person : none,
		.use = b->use};
	uint8_t key[SM3_SIZE];
	size_t count;
	bool found = false;

	sm3_of(b->new->cert.key.spki, key);
	in.public_key_sm3 = BYTES_OF(key);
	if (!credential_by_key(tx, b->a, &in, &rows, &count, e))
		return false;
	b->is_renewal = count > 0;
	if (count &&
		!credential_find_in(tx, b->a, rows[0].id, BYTES(""), &b->old, &found, e))
		return false;
	b->is_renewal = found;
	return true;
}

static bool decide(struct tx *tx, struct binding *b, bool *by_recovery, struct err *e)
{
	struct id org = b->actor->organisation,
		  person = id_is_none(org) ? b->actor->person : none;
	struct credential_count_row had;
	int64_t cool_off, at = tx_time(tx);
	bool found;

	if (!credential_count(tx, b->a, org, person, &had, &found, e) ||
		!rule_span(b->app->rules, RULE_CREDENTIAL_COOL_OFF, RULE_NATIONWIDE, at,
			&cool_off, e) ||
		!credential_is_by_recovery(
			tx, b->app, org, b->actor->account, b->voucher, by_recovery, e))
		return false;
	b->out.state = CREDENTIAL_BOUND;
	b->out.usable_at = at;
	if (b->is_renewal) {
		b->out.how = b->old.how == CREDENTIAL_RECOVERED ? CREDENTIAL_RECOVERED
								: CREDENTIAL_RENEWAL;
	} else if (b->is_vouched) {
		b->out.how = *by_recovery ? CREDENTIAL_RECOVERED : CREDENTIAL_VOUCHED;
	} else if (had.had == 0 && b->use == CREDENTIAL_SIGNS) {
		b->out.how = CREDENTIAL_FIRST;
		return actor_require(b->actor, RIGHT_CREDENTIAL_BIND_FIRST, org, at, e) ||
		       id_is_none(org);
	} else {
		b->out.how = *by_recovery ? CREDENTIAL_RECOVERED : CREDENTIAL_COOLED;
		b->out.state = CREDENTIAL_COOLING;
		b->out.usable_at = at + cool_off;
	}
	return true;
}

static bool insert(struct tx *tx, struct binding *b, struct err *e)
{
	const struct cert *cert = &b->new->cert;
	struct id org = b->actor->organisation, person = b->actor->person,
		  holder = b->is_renewal ? b->old.holder : person,
		  id = id_new(b->app->world);
	bool of_org = !id_is_none(org);
	uint8_t key[SM3_SIZE];
	struct credential_insert_in in = {.id = id,
		.organisation = of_org ? &org : NULL,
		.person = of_org ? NULL : &person,
		.holder = &holder,
		.certificate_sm3 = BYTES_OF(cert->sm3),
		.anchor_sm3 = BYTES_OF(b->new->anchor),
		.certificate = cert->der,
		.public_key_sm3 = BYTES_OF(key),
		.ca_name = bytes_str(b->new->ca_name),
		.subject = bytes_str(name_title(b->a, cert->subject)),
		.serial = bytes_str(hex_encode(b->a, cert->serial)),
		.use = b->use,
		.in_token = b->in_token,
		.not_before = cert->not_before,
		.not_after = cert->not_after,
		.state = b->out.state,
		.how = b->out.how,
		.vouched_by = b->is_vouched ? &b->voucher : NULL,
		.replaces = b->is_renewal ? &b->old.id : NULL,
		.bound_by = &b->actor->account,
		.known_since = b->is_renewal ? b->old.known_since : tx_time(tx),
		.at = tx_time(tx),
		.usable_at = b->out.usable_at};

	sm3_of(cert->key.spki, key);
	b->out.id = id;
	return credential_insert(tx, &in, NULL, e);
}

static bool announce(struct tx *tx, struct binding *b, struct err *e)
{
	struct id org = b->actor->organisation;
	bool waits = b->out.state == CREDENTIAL_COOLING;
	struct credential c = {.organisation = org, .person = b->actor->person};
	struct message_new m = {
		.kind = waits ? MESSAGE_CREDENTIAL_WAITING : MESSAGE_CREDENTIAL_BOUND,
		.places = {name_title(b->a, b->new->cert.subject), b->new->ca_name,
			time_beijing(b->a, b->out.usable_at)},
		.organisation = org,
		.urgent = waits};
	char *detail = arena_printf(b->a,
		"{\"how\":%d,\"use\":%d,\"certificate\":\"%s\"}", (int)b->out.how,
		(int)b->use, hex_encode(b->a, BYTES_OF(b->new->cert.sm3)));

	return act_put(tx, b->app, b->actor, "credential.bind", b->out.id, detail, e) &&
	       !FAULT("credential.before_message", e) &&
	       credential_tell(tx, b->app, &c, &m, e);
}

static bool enter(struct tx *tx, struct binding *b, struct err *e)
{
	bool by_recovery;

	if (!check_party(tx, b, e) || !check_new(tx, b, e) || !find_renewed(tx, b, e) ||
		!decide(tx, b, &by_recovery, e) || FAULT("credential.before_insert", e) ||
		!insert(tx, b, e) || FAULT("credential.after_insert", e))
		return false;
	return (!b->is_renewal || credential_replace(tx, &b->old, e)) &&
	       announce(tx, b, e);
}

/* --- signing ones */

bool credential_bind_challenge(struct app *app, struct arena *a,
	const struct actor *actor, struct bytes secret, struct bytes *order,
	struct err *e)
{
	const struct challenge_ask ask = {
		.purpose = ORDER_LOGIN_BINDING, .secret = secret};

	return credential_may_bind(actor, app->world->now(app->world), e) &&
	       challenge_issue(app, a, &ask, order, e);
}

/* The id number a person's certificate names, as the blind index of our records.
 * GM/T 0015: [0] is that of the identity card. */
static bool index_id_number(struct binding *b, struct err *e)
{
	char number[ID_NUMBER + 1];
	struct bytes value, content;
	struct err ignored;
	bool critical;

	if (!cert_extension(&b->proof.cert, OID_GM_IDENTIFY_CODE, &value, &critical) ||
		!der_take(&value, DER_CONTEXT(0), &content, &ignored) ||
		!der_take(&content, DER_PRINTABLE_STRING, &value, &ignored) ||
		!id_number_read(number, value, b->proof.at, &ignored))
		return true;
	if (!b->app->keeper->field_index(b->app->keeper->ctx, FIELD_PERSON_ID_NUMBER,
		    bytes_str(number), b->id_index, e))
		return false;
	b->has_id_index = true;
	return true;
}

static bool bind(struct tx *tx, void *ctx, struct err *e)
{
	struct binding *b = ctx;
	struct id subject;

	if (!proof_take_in(tx, &b->proof, &subject, e))
		return false;
	if (!id_is_none(subject))
		return no(e, MSG_SIGNIN_PURPOSE_OTHER, "asked in order to vouch");
	return enter(tx, b, e);
}

bool credential_bind(struct app *app, const struct actor *actor, struct bytes secret,
	struct bytes answer, bool in_token, struct credential_bound *out, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct binding b = {.app = app,
		.a = a,
		.actor = actor,
		.use = CREDENTIAL_SIGNS,
		.in_token = in_token};

	b.new = &b.proof;
	if (!credential_may_bind(actor, app->world->now(app->world), e) ||
		!proof_judge(app, a, ORDER_LOGIN_BINDING, secret, answer, &b.proof, e) ||
		(id_is_none(actor->organisation) && !index_id_number(&b, e)) ||
		!db_tx(app->db, DB_WRITE, bind, &b, e))
		return false;
	*out = b.out;
	return true;
}

/* --- those for encryption */

static bool bind_encryption(struct tx *tx, void *ctx, struct err *e)
{
	struct binding *b = ctx;
	struct credential v;
	struct id subject;

	if (!proof_take_in(tx, &b->proof, &subject, e) ||
		!credential_find_voucher(tx, b->a, b->actor, &b->proof, &v, e))
		return false;
	if (!id_is_none(subject))
		return no(e, MSG_SIGNIN_PURPOSE_OTHER, "asked in order to vouch");
	b->voucher = v.id;
	b->is_vouched = true;
	return enter(tx, b, e);
}

bool credential_bind_encryption(struct app *app, const struct actor *actor,
	struct bytes secret, struct bytes answer, struct bytes der, bool in_token,
	struct credential_bound *out, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct binding b = {.app = app,
		.a = a,
		.actor = actor,
		.use = CREDENTIAL_ENCRYPTS,
		.in_token = in_token};
	struct proof new;

	if (!actor_require(actor, RIGHT_CREDENTIAL_BIND, actor->organisation,
		    app->world->now(app->world), e) ||
		!proof_judge(app, a, ORDER_LOGIN_BINDING, secret, answer, &b.proof, e) ||
		!proof_judge_certificate(
			app, a, der, TRUST_ENCRYPTION, ORDER_LOGIN_BINDING, &new, e))
		return false;
	if (!cert_may_encrypt(&new.cert))
		return no(e, MSG_CREDENTIAL_NOT_FOR_ENCRYPTION, "not for encryption");
	b.new = &new;
	if (!db_tx(app->db, DB_WRITE, bind_encryption, &b, e))
		return false;
	*out = b.out;
	return true;
}

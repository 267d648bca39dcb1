/* account: see account.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/account.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "crypto/password.h"
#include "domain/act.h"
#include "domain/actor.h"
#include "domain/device.h"
#include "domain/rule.h"
#include "domain/sql.h"

/* --- login names */

/* Full-width forms are the same characters, wider. */
static uint32_t fold_point(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static bool is_login_point(uint32_t c)
{
	bool latin = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
	bool mark = c == '.' || c == '_' || c == '-' || c == '@';
	/* Chinese characters of every plane; nothing else, so that no two names look
	 * alike and differ. */
	bool chinese = (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) ||
		       (c >= 0x20000 && c <= 0x323af);

	return latin || mark || chinese;
}

static size_t put_point(uint8_t *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

static bool bad_login(struct err *e)
{
	return err_refuse(e, ERR_USAGE, MSG_ACCOUNT_LOGIN_BAD, NULL, "no login name");
}

bool account_login_fold(
	struct arena *a, struct bytes typed, struct bytes *folded, struct err *e)
{
	uint8_t out[4 * ACCOUNT_LOGIN_MAX];
	size_t n = 0, points = 0;

	if (typed.n > ACCOUNT_FOLDED_MAX || !utf8_is_valid(typed))
		return bad_login(e);
	for (; typed.n; points++) {
		uint32_t c = fold_point(utf8_next(&typed));

		if (points == ACCOUNT_LOGIN_MAX || !is_login_point(c))
			return bad_login(e);
		n += put_point(out + n, c);
	}
	if (points < ACCOUNT_LOGIN_MIN)
		return bad_login(e);
	*folded = arena_dup(a, bytes_make(out, n));
	return true;
}

char *account_login_mask(struct arena *a, struct bytes login)
{
	struct bytes rest = login, last = login;

	if (!login.n)
		return arena_str(a, login);
	(void)utf8_next(&rest);
	for (struct bytes b = rest; b.n;) {
		last = b;
		(void)utf8_next(&b);
	}
	/* A name of two characters keeps one of them. */
	if (last.p == rest.p || !rest.n)
		last = BYTES("");
	return arena_printf(
		a, "%.*s***%.*s", (int)(login.n - rest.n), login.p, (int)last.n, last.p);
}

/* --- passwords */

/* What everybody tries first, small letters; digits behind one of them do not make it
 * better. */
static const char *const common[] = {"password", "passw0rd", "p@ssword", "p@ssw0rd",
	"qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedc", "1qaz2wsx3edc", "1q2w3e4r5t",
	"iloveyou", "woaini", "administrator", "admin", "letmein", "welcome", "changeme",
	"qianyin", "zhengfucaigou", "caigou", "toubiao", "zhaobiao", "mima", "abc",
	"abcdefghij", "aa", "a", "test", "guest", "user", "root", "system", "default",
	"gongsi", "beijing", "guangdong", "shenzhen", "zhongguo", "china", "5201314",
	"7758521", "147258369", "159357", "666", "888", "112233", "123123", "qq"};

static uint8_t small(uint8_t c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Is b the word, whatever its case, with nothing but digits and marks behind it? */
static bool is_word_and_digits(struct bytes b, struct bytes word)
{
	if (!word.n || b.n < word.n)
		return false;
	for (size_t i = 0; i < word.n; i++)
		if (small(b.p[i]) != small(word.p[i]))
			return false;
	for (size_t i = word.n; i < b.n; i++)
		if (!strchr("0123456789!@#$%^&*._-", b.p[i]) || !b.p[i])
			return false;
	return true;
}

/* One character again and again, or a run like 1234567890, abcdefghij, or backwards. */
static bool is_run(struct bytes b)
{
	for (int step = -1; step <= 1; step++) {
		size_t i = 1;

		while (i < b.n &&
			(b.p[i] == (uint8_t)(b.p[i - 1] + step) ||
				(step == 1 && b.p[i - 1] == '9' && b.p[i] == '0') ||
				(step == -1 && b.p[i - 1] == '0' && b.p[i] == '9')))
			i++;
		if (i >= b.n)
			return true;
	}
	return false;
}

static bool is_common(struct bytes b)
{
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (is_word_and_digits(b, bytes_str(common[i])))
			return true;
	return is_run(b);
}

bool account_password_check(
	struct app *app, struct bytes login, struct bytes password, struct err *e)
{
	int64_t now = app->world->now(app->world), min, max, points = 0;
	struct bytes b = password;

	if (!rule_int(app->rules, RULE_PASSWORD, RULE_NATIONWIDE, now, "length-min", &min,
		    e) ||
		!rule_int(app->rules, RULE_PASSWORD, RULE_NATIONWIDE, now, "length-max",
			&max, e))
		return false;
	if (!utf8_is_valid(password) || password.n > PASSWORD_MAX)
		return err_refuse(e, ERR_USAGE, MSG_ACCOUNT_PASSWORD_LENGTH,
			RULE_PASSWORD, "not text, or too long");
	for (; b.n; points++)
		(void)utf8_next(&b);
	if (points < min || points > max)
		return err_refuse(e, ERR_USAGE, MSG_ACCOUNT_PASSWORD_LENGTH,
			RULE_PASSWORD, "the length");
	if (is_word_and_digits(password, login))
		return err_refuse(e, ERR_USAGE, MSG_ACCOUNT_PASSWORD_IS_LOGIN,
			RULE_PASSWORD, "it is the login name");
	if (is_common(password))
		return err_refuse(e, ERR_USAGE, MSG_ACCOUNT_PASSWORD_COMMON,
			RULE_PASSWORD, "everybody tries it");
	return true;
}

bool account_password_make(struct app *app, struct arena *a, struct bytes login,
	struct bytes password, char **encoded, struct err *e)
{
	return account_password_check(app, login, password, e) &&
	       password_hash(a, app->world, password, encoded, e);
}

/* --- making and changing */

bool account_create_in(struct tx *tx, struct app *app, const struct account_new *new,
	struct id *account, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct id id = id_new(app->world);
	struct account_insert_in in = {.id = id,
		.person = new->person,
		.login = new->login,
		.password = bytes_str(new->password),
		.password_at = new->password ? tx_time(tx) : TIME_NONE,
		.lang = bytes_str(lang_name(new->lang)),
		.at = tx_time(tx)};
	struct account_row_row by_login;
	struct account_row_of_person_row of_person;
	bool taken, has_one;

	if (!account_row(tx, a, new->login, &by_login, &taken, e) ||
		!account_row_of_person(tx, a, new->person, &of_person, &has_one, e))
		return false;
	if (taken)
		return err_refuse(e, ERR_USAGE, MSG_ACCOUNT_LOGIN_TAKEN, NULL,
			"the login name is taken");
	if (has_one)
		return err_refuse(e, ERR_USAGE, MSG_ACCOUNT_PERSON_HAS_ONE, NULL,
			"the person has an account");
	if (FAULT("account.before_insert", e) || !account_insert(tx, &in, NULL, e))
		return false;
	*account = id;
	return true;
}

struct password_change {
	struct app *app;
	const struct actor *actor;
	struct arena *a;
	struct bytes login, encoded, old_encoded;
	bool has_old; /* to be asked for */
	struct attempt attempt;
};

static bool change_begin(struct tx *tx, void *ctx, struct err *e)
{
	struct password_change *c = ctx;
	struct account_row_by_id_row row;
	bool found;

	c->attempt = (struct attempt){.blocked_until = TIME_NONE};
	if (!account_row_by_id(tx, c->a, c->actor->account, &row, &found, e))
		return false;
	if (!found || row.state != ACCOUNT_ACTIVE)
		return err_set(e, ERR_NOT_FOUND, "no such account");
	c->login = row.login;
	c->old_encoded = row.password;
	return !c->has_old || device_attempt_session_in(tx, c->app, row.login,
				      c->actor->session, &c->attempt, e);
}

static bool change_end(struct tx *tx, void *ctx, struct err *e)
{
	struct password_change *c = ctx;

	if (!account_set_password(
		    tx, c->actor->account, c->encoded, tx_time(tx), NULL, e) ||
		FAULT("account.after_password", e) ||
		!session_end_others(
			tx, c->actor->account, c->actor->session, tx_time(tx), NULL, e) ||
		!device_reset_in(tx, c->login, c->actor->account, false, e) ||
		FAULT("account.before_act", e))
		return false;
	return (!c->has_old || device_forgive_in(tx, &c->attempt, e)) &&
	       act_put(tx, c->app, c->actor, "account.password", c->actor->account, NULL,
		       e);
}

static bool old_fits(struct password_change *c, struct bytes old, struct err *e)
{
	bool good = false, weak;

	if (!c->has_old)
		return true;
	if (c->attempt.blocked_until != TIME_NONE)
		return err_refuse(e, ERR_PASSWORD, MSG_SIGNIN_BLOCKED, RULE_LOCK_OUT,
			"too many wrong passwords");
	if (c->old_encoded.p && !password_verify(c->old_encoded, old, &good, &weak, e))
		return false;
	if (good)
		return true;
	return err_refuse(e, ERR_PASSWORD, MSG_ACCOUNT_PASSWORD_OLD_WRONG, NULL,
		"the old password");
}

bool account_password_change(struct app *app, const struct actor *actor, struct bytes old,
	struct bytes new, struct err *e)
{
	AUTO(arena) a = arena_new();
	struct password_change c = {
		.app = app, .actor = actor, .a = a, .has_old = old.n > 0};
	char *encoded;

	if (!actor_require_account(actor, e) ||
		(!c.has_old &&
			!actor_require_step_up(actor, app->world->now(app->world), e)) ||
		!db_tx(app->db, DB_WRITE, change_begin, &c, e) || !old_fits(&c, old, e) ||
		!account_password_make(app, a, c.login, new, &encoded, e))
		return false;
	c.encoded = bytes_str(encoded);
	return db_tx(app->db, DB_WRITE, change_end, &c, e);
}

/* --- by the operator; language */

struct account_change {
	struct app *app;
	const struct actor *actor;
	struct id account;
	bool suspended;
	enum lang lang;
};

static bool suspend(struct tx *tx, void *ctx, struct err *e)
{
	static const struct id none;
	struct account_change *c = ctx;
	int64_t changed;

	if (!account_set_state(tx, c->account,
		    c->suspended ? ACCOUNT_SUSPENDED : ACCOUNT_ACTIVE, &changed, e))
		return false;
	if (!changed)
		return err_refuse(
			e, ERR_NOT_FOUND, MSG_PARTY_NOT_FOUND, NULL, "no such account");
	if (FAULT("account.after_state", e))
		return false;
	if (c->suspended &&
		!session_end_others(tx, c->account, none, tx_time(tx), NULL, e))
		return false;
	return act_put(tx, c->app, c->actor,
		c->suspended ? "account.suspend" : "account.resume", c->account, NULL, e);
}

bool account_suspend(struct app *app, const struct actor *actor, struct id account,
	bool suspended, struct err *e)
{
	struct account_change c = {
		.app = app, .actor = actor, .account = account, .suspended = suspended};

	if (!actor_require_kind(actor, USER_ADMINISTRATOR, e) ||
		!actor_require_step_up(actor, app->world->now(app->world), e))
		return false;
	if (id_equal(account, actor->account))
		return err_refuse(e, ERR_USAGE, MSG_ACCOUNT_SUSPEND_SELF, NULL,
			"one's own account");
	return db_tx(app->db, DB_WRITE, suspend, &c, e);
}

static bool language(struct tx *tx, void *ctx, struct err *e)
{
	struct account_change *c = ctx;

	return account_set_lang(tx, c->account, bytes_str(lang_name(c->lang)), NULL, e);
}

bool account_set_language(
	struct app *app, const struct actor *actor, enum lang lang, struct err *e)
{
	struct account_change c = {.app = app, .account = actor->account, .lang = lang};

	return actor_require_account(actor, e) &&
	       db_tx(app->db, DB_WRITE, language, &c, e);
}

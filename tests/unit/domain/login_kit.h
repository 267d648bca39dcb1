/* login_kit: a platform for tests of login: a database of either kind, a clock, three
 * made-up CAs (two of one name), organisations with members, certificates and their
 * keys, and an agent that answers the platform's orders.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_LOGIN_KIT_H
#define QY_TESTS_LOGIN_KIT_H

#include "domain/account.h"
#include "domain/act.h"
#include "domain/challenge.h"
#include "domain/credential.h"
#include "domain/login.h"
#include "domain/loss.h"
#include "domain/recovery.h"
#include "fakes.h"
#include "kit_db.h"
#include "pki/issue.h"

/* 2026-06-01T00:00:00Z */
#define LK_NOW      (INT64_C(1780272000) * TIME_SECOND)
#define LK_PASSWORD BYTES("correct horse 42 battery")

enum { LK_CAS = 3 };

struct lk_ca {
	struct key *key;
	struct cert cert;
	const char *name;
	enum credit_code_field field;
};

struct lk_user {
	struct id person, account;
	const char *login;
};

/* A certificate and its key. */
struct lk_token {
	struct key *key;
	struct cert cert;
};

struct lk {
	struct kit *kit;
	struct arena *a;
	struct fake_app f;
	struct app *app;
	struct keeper_face keeper;
	struct key *order_key;
	struct cert order_root, order_cert;
	struct key *order_root_key;
	struct lk_ca ca[LK_CAS]; /* 甲 by its field, 乙 by O, and another 甲 */
	struct trust trust;
	struct trust_anchor anchors[LK_CAS];
	struct app_trust held;
	int taken; /* trust stores not given back */
	struct issue_revoked revoked[8];
	size_t revoked_count;
	struct key *keys[32];
	size_t key_count;
	char code[19], code2[19];
	struct id org, org2, ca_org;
	struct lk_user legal, handler, other, ca_user, officer;
	unsigned made;
	int64_t at;
	uint8_t pre[32]; /* the cookie of who is not logged in */
};

struct lk *lk_begin(void **state);
void lk_end(struct lk *l);

/* Sets every clock. */
void lk_at(struct lk *l, int64_t at);
/* What is known of certificates: a list of each CA, or (known false) nothing. */
void lk_lists(struct lk *l, bool known);
void lk_revoke(struct lk *l, const struct cert *c);

struct lk_user lk_user(
	struct lk *l, const char *login, struct id org, enum member_role role);
struct id lk_org(struct lk *l, const char *name, const char *code, uint32_t kinds);

/* A token of this credit code (null: none) by a CA; for signing. */
struct lk_token lk_token(struct lk *l, int ca, const char *code, enum key_kind kind);
/* Another certificate for a key. */
struct cert lk_cert(struct lk *l, int ca, const char *code, struct key *key,
	enum issue_profile profile, int64_t from, int64_t to);

/* The agent: reads an order and answers it. */
struct bytes lk_answer(struct lk *l, struct bytes order, const struct lk_token *t);
struct client lk_client(struct secret *device);

/* A session by password, its secret and actor. */
struct lk_session {
	struct secret *secret, *device;
	struct actor actor;
};
struct lk_session lk_login(struct lk *l, const struct lk_user *u);
void lk_logout(struct lk_session *s);
struct bytes lk_cookie(const struct lk_session *s);
void lk_resolve(struct lk *l, struct lk_session *s);
void lk_step_up(struct lk *l, struct lk_session *s, const struct lk_token *t);

/* Binds; fails the test when it fails. */
struct credential_bound lk_bind(
	struct lk *l, struct lk_session *s, const struct lk_token *t);
bool lk_try_bind(struct lk *l, struct lk_session *s, const struct lk_token *t,
	struct credential_bound *out, struct err *e);
bool lk_vouch(struct lk *l, struct lk_session *s, struct id credential,
	const struct lk_token *t, bool renews, struct err *e);
/* Logs in by certificate; done is the caller's. */
bool lk_enter(
	struct lk *l, const struct lk_token *t, struct login_done *done, struct err *e);
bool lk_find(struct lk *l, struct id credential, struct credential *out);
/* The one value that SQL gives. */
char *lk_text(struct lk *l, const char *sql);
/* How many rows a table has, where (SQL, or null). */
int64_t lk_count(struct lk *l, const char *table, const char *where);

#define lk_good(call)                            \
	do {                                     \
		struct err e_;                   \
		struct err *e = &e_;             \
		if (!(call))                     \
			fail_msg("%s", e_.text); \
	} while (0)
/* Refused with this sentence. */
#define lk_refused(call, sentence)                                \
	do {                                                      \
		struct err e_ = {.code = ERR_NONE};               \
		struct err *e = &e_;                              \
		assert_false(call);                               \
		if (e_.say != (unsigned)(sentence) + 1)           \
			fail_msg("another refusal: %s", e_.text); \
	} while (0)

#endif

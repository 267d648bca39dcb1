/* fakes: the faces of keeper and worker as tests of the domain fill them, and actors of
 * every kind.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The fake keeper seals by XOR under purpose and record, so that a value that comes back
 * under another one is garbage, and counts what it is asked. The fake worker says what a
 * test put into it.
 */
#ifndef QY_TESTS_DOMAIN_FAKES_H
#define QY_TESTS_DOMAIN_FAKES_H

#include "domain/app.h"

struct fake_keeper {
	struct keeper_face face; /* ctx points to this */
	struct world *world;
	bool down;           /* every call is ERR_BUSY */
	unsigned generation; /* of the field key; field_renew lifts older ones */
	unsigned sealed, opened, indexed, renewed, orders;
	struct id reader; /* of the last field_open */
	/* of the last order it was asked for */
	struct order_paper paper;
	struct order_login login;
	struct order_signer signer;
	unsigned life_s;
	/* Called before anything else, when set: what is in the database at that moment?
	 */
	void (*before)(void *to);
	void *to;
};
void fake_keeper_init(struct fake_keeper *k, struct world *w);

enum { FAKE_KEPT = 16384 };

struct fake_worker {
	struct worker_face face;
	struct signed_finding says; /* what verify_detached answers */
	struct err fails;           /* with a code: it fails with that */
	/* what it was asked, cut at FAKE_KEPT */
	struct bytes content, cms;
	uint8_t kept[2][FAKE_KEPT]; /* their octets */
	unsigned verified;
	const char *scan_type; /* null: no picture */
};
void fake_worker_init(struct fake_worker *w);

/* A clock that stands until it is moved, and a generator that is no secret. */
struct fake_world {
	struct world world;
	int64_t at;
	uint64_t state;
};
void fake_world_init(struct fake_world *w, int64_t at, uint64_t seed);

/* An app over a database and blobs (may be null), with the rules that are compiled in. */
struct fake_app {
	struct app app;
	struct fake_world world;
	struct fake_keeper keeper;
	struct fake_worker worker;
	struct rules *rules;
};
void fake_app_init(struct fake_app *f, struct db *db, struct blobs *blobs, int64_t at);
void fake_app_fini(struct fake_app *f);

/* Numbers that pass their check digits, another for each n: 18 characters and NUL. */
void fake_credit_code(char out[19], unsigned n);
void fake_id_number(char out[19], unsigned n);

/* An actor of kinds and role in an organisation (none: ID none), with a certificate used
 * just now. Ids are fresh. */
struct actor fake_actor(struct fake_app *f, uint32_t kinds, struct id organisation,
	enum member_role role);
/* The same without the certificate; as a newcomer; as nobody. */
struct actor actor_without_step_up(struct actor a);
struct actor actor_as_newcomer(struct actor a);
struct actor fake_nobody(void);

#endif

/* party_kit: organisations, people and operators ready for a test, on either database.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_DOMAIN_PARTY_KIT_H
#define QY_TESTS_DOMAIN_PARTY_KIT_H

#include "domain/invitation.h"
#include "domain/mandate.h"
#include "domain/member.h"
#include "domain/message.h"
#include "domain/rule.h"
#include "domain/sql.h"
#include "fakes.h"
#include "kit_db.h"

struct party_kit {
	struct kit *k;
	struct fake_app f;
	struct app *app; /* of it */
	struct arena *a;
	struct actor operator; /* an administrator of the platform, in the database */
	unsigned numbers;      /* of people made so far */
	char *blob_folder;
	struct err e; /* of the last call */
};
/* Opens a kit over the database of a case. */
void party_begin(struct party_kit *p, void **state);
void party_end(struct party_kit *p);
/* Moves the clock of app and database alike. */
void party_clock(struct party_kit *p, int64_t at);

/* An organisation with a member of each role, all with accounts. */
struct side {
	struct id organisation;
	char code[19];
	struct actor legal, admin, handler, viewer;
	struct id m_legal, m_admin, m_handler, m_viewer;
};
struct side party_side(struct party_kit *p, const char *name, uint32_t kinds,
	enum organisation_state state);

/* One more member; the actor of it. *member may be null. */
struct actor party_member(struct party_kit *p, struct id organisation, uint32_t kinds,
	enum member_role role, const char *name, struct id *member);

/* A person with an account and kinds, in no organisation. */
struct actor party_person(struct party_kit *p, const char *name, uint32_t kinds);

/* A bound signing certificate of an organisation, kept by a person; its digest is the
 * word's. */
struct id party_credential(struct party_kit *p, struct id organisation, struct id holder,
	const char *word, uint8_t sm3[32]);

/* Gives the app blobs in a folder of their own, removed by party_blobs_end. */
void party_blobs(struct party_kit *p);
void party_blobs_end(struct party_kit *p);

/* Numbers over every table of parties: equal before and after what changed nothing. */
char *party_image(struct party_kit *p);
/* One number out of the database. */
int64_t party_count(struct party_kit *p, const char *sql);

/* What a registration looks like when all is right; n makes it another one. */
struct registration party_registration(struct party_kit *p, unsigned n);

#define PASSES(p, call)                                             \
	do {                                                        \
		if (!(call))                                        \
			fail_msg("%s: %s (%s)", #call, (p)->e.text, \
				err_name((p)->e.code));             \
	} while (0)
/* Refused with a code and a sentence that users can read. */
#define REFUSED(p, code_, call)                                     \
	do {                                                        \
		(p)->e = (struct err){.code = ERR_NONE};            \
		if (call)                                           \
			fail_msg("%s: was not refused", #call);     \
		if ((p)->e.code != (code_) || !(p)->e.say)          \
			fail_msg("%s: %s (%s)", #call, (p)->e.text, \
				err_name((p)->e.code));             \
	} while (0)

#endif

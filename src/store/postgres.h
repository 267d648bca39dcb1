/* postgres: what the two files of this driver share. Internal to store/.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_STORE_POSTGRES_H
#define QY_STORE_POSTGRES_H

#include <libpq-fe.h>

#include "store/driver.h"

enum { POSTGRES_NAME_MAX = 24 };

struct postgres_conn {
	struct conn head;
	PGconn *pg;
	const char *pending; /* BEGIN …, not sent yet; null: sent */
	bool open;           /* a transaction */
	bool commits;        /* COMMIT is under way */
};

static inline struct postgres_conn *postgres_of(struct conn *c)
{
	return (struct postgres_conn *)c;
}

/* --- postgres.c */

/* Reads the failure off a result (null: none came), also into the head. Returns false. */
bool postgres_fail(
	struct postgres_conn *c, const PGresult *r, const char *what, struct err *e);
/* Text without places; anything but success is a failure. */
bool postgres_plain(struct postgres_conn *c, const char *sql, struct err *e);
/* What statement number n is called at the server. */
const char *postgres_name(char name[POSTGRES_NAME_MAX], size_t n);

/* --- postgres_open.c */

bool postgres_open(
	struct conn **out, const struct db_conf *conf, bool writer, struct err *e);
bool postgres_prepare(struct conn *c, const struct db_statements *set, struct err *e);
void postgres_close(struct conn *c);

#endif

/* host: everything a qianyind has open: settings, database, blobs, rules, the register,
 * its processes, and the app made of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_SERVER_HOST_H
#define QY_SERVER_HOST_H

#include "courier/courier_client.h"
#include "domain/app.h"
#include "domain/rule.h"
#include "server/conf.h"
#include "server/faces.h"
#include "server/register.h"

struct host {
	struct arena *arena; /* settings and paths, as long as the process */
	struct server_conf conf;
	struct world *world;
	struct id process; /* this one, for leases */
	int64_t began;
	struct db *db;
	struct blobs *blobs;
	struct rules *rules;
	struct keeper_client *keeper;
	struct worker_client *workers;
	struct courier_client *couriers; /* null: nothing is allowed to be fetched */
	struct trust_register *trust;
	struct keeper_face keeper_face;
	struct worker_face worker_face;
	struct app app;
};

enum host_need {
	HOST_DB = 1 << 0,
	HOST_OLD_SCHEMA = 1 << 1, /* open although migrations are missing */
	HOST_BLOBS = 1 << 2,
	HOST_RULES = 1 << 3,
	HOST_PROCESSES = 1 << 4, /* keeper, workers, couriers, and the register */
	HOST_ALL = HOST_DB | HOST_BLOBS | HOST_RULES | HOST_PROCESSES
};

/* Opens what is needed, in that order; what was opened is closed again when one fails.
 * Nothing of it is started before it is asked (processes). */
MUST_USE bool host_open(struct host **out, struct world *world, const char *conf_path,
	unsigned needs, struct err *e);
void host_free(struct host *h);
AUTO_DEFINE(host);

/* The settings of blobs and database, for those that open them by themselves. */
struct db_conf host_db_conf(struct host *h);
MUST_USE bool host_blob_conf(struct host *h, struct blob_conf *out, struct err *e);

/* Starts the processes that do not run, and takes in new files of the register. */
void host_tend(struct host *h);

#endif

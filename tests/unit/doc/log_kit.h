/* log_kit: a platform's log with its keys, at noon of a day of tests.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_TESTS_LOG_KIT_H
#define QY_TESTS_LOG_KIT_H

#include "platform/log.h"
#include "unit/pki/issue_kit.h"

#define LOG_TENDER BYTES("ZC-2026-001")

struct log_desk {
	struct kit *k;
	struct arena *a;
	struct key *key, *receipt_key, *witness_keys[LOG_WITNESSES], *other;
	struct log *log;
	struct ledger_view view;
};

/* A leaf of an ordinary act. */
static inline struct bytes log_act_leaf(struct log_desk *d, int64_t time)
{
	struct ledger_field f = {.name = BYTES("what"), .value = BYTES("an act")};
	struct bytes leaf = {0};
	struct err e;

	d->k->w->random(d->k->w, f.salt, sizeof f.salt);
	if (!ledger_leaf_make(d->a, &leaf, BYTES("test"), time, &f, 1, &e))
		fail_msg("%s", e.text);
	return leaf;
}

static inline int log_desk_begin(void **state)
{
	struct log_desk *d = NEW(struct log_desk);
	void *kit;

	kit_begin(&kit);
	d->k = kit;
	d->a = d->k->a;
	d->key = kit_key(d->k, KEY_SM2);
	d->receipt_key = kit_key(d->k, KEY_SM2);
	d->other = kit_key(d->k, KEY_SM2);
	for (size_t i = 0; i < LOG_WITNESSES; i++)
		d->witness_keys[i] = kit_key(d->k, KEY_SM2);
	d->log = NEW(struct log);
	log_init(d->log, d->a, d->k->w, BYTES("test-platform"), d->key, d->receipt_key,
		d->witness_keys);
	d->view = log_view(d->log);
	*state = d;
	return 0;
}

static inline int log_desk_end(void **state)
{
	struct log_desk *d = *state;
	void *kit = d->k;

	key_free(d->key);
	key_free(d->receipt_key);
	key_free(d->other);
	for (size_t i = 0; i < LOG_WITNESSES; i++)
		key_free(d->witness_keys[i]);
	mem_free(d->log);
	kit_end(&kit);
	mem_free(d);
	return 0;
}

/* A checkpoint file of the log as it is, signed by these witnesses. */
static inline struct bytes log_sign(struct log_desk *d, unsigned witnessed)
{
	struct bytes file = {0};
	struct err e;

	if (!log_checkpoint(d->log, witnessed, &file, &e))
		fail_msg("%s", e.text);
	return file;
}

static inline struct checkpoint_file log_file(struct log_desk *d, struct bytes der)
{
	struct checkpoint_file f = {0};
	struct err e;

	if (!checkpoint_file_read(&f, d->a, der, &e))
		fail_msg("%s", e.text);
	return f;
}

/* Goes to `time` and ends the interval there. */
static inline void log_pass(struct log_desk *d, int64_t time)
{
	struct err e;

	d->k->world.at = time;
	if (!log_tick(d->log, time, &e))
		fail_msg("%s", e.text);
}

#endif

/* keeper_client: the keeper as the server asks it: plain functions, from any thread.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each is one message and has a deadline. A keeper that is down, hangs or dies over a
 * request is ERR_BUSY: the request may or may not have been done, and can be asked again,
 * for nothing the keeper does is done by halves.
 */
#ifndef QY_KEEPER_KEEPER_CLIENT_H
#define QY_KEEPER_KEEPER_CLIENT_H

#include "base/id.h"
#include "base/supervise.h"
#include "doc/order.h"
#include "keeper/keystore.h"

struct keeper_conf {
	const char *program; /* qianyin-keeper */
	const char *store;   /* the key store's path */
	/* One of the two: a file with permissions 0600, or a descriptor (-1: none), which
	 * stays the caller's and must be a file or memory, to be read at each start. */
	const char *passphrase_file;
	int passphrase_fd;
	const char *token_host; /* qianyin-token; null: no machines */
	/* Openings of secret fields; 0: 200 by a reader, 2000 in all, within 3600 s. */
	uint32_t limit_reader, limit_total, limit_window_s;
	int timeout_ms; /* of a call; 0: 3 s */
};

struct keeper_client;

/* Strings outlive it; nothing is started yet. */
struct keeper_client *keeper_client_new(const struct keeper_conf *conf);
void keeper_client_free(struct keeper_client *c);
AUTO_DEFINE(keeper_client);

/* Orders, built and signed by the keeper: platform, origin, times and nonce are its own.
 * DER in the arena. life_s: login at most 900, papers 86400. */
MUST_USE bool keeper_client_login_order(struct keeper_client *c, struct arena *a,
	const struct order_login *login, const struct order_signer *signer,
	unsigned life_s, struct bytes *order, int64_t *expiry, struct err *e);
MUST_USE bool keeper_client_paper_order(struct keeper_client *c, struct arena *a,
	const struct order_paper *paper, const struct order_signer *signer,
	unsigned life_s, struct bytes *order, int64_t *expiry, struct err *e);

/* Secret fields. kind: 1 … 255, the domain's; a value has at most 4096 octets, sealed 77
 * more. Errors: ERR_TOO_LARGE, ERR_USAGE, ERR_DECRYPT (another kind or record, or
 * altered), ERR_DENIED (the limit), ERR_NOT_FOUND (under no key of this store). */
MUST_USE bool keeper_client_field_seal(struct keeper_client *c, struct arena *a,
	uint32_t kind, struct id record, struct bytes plain, struct bytes *sealed,
	struct err *e);
MUST_USE bool keeper_client_field_open(struct keeper_client *c, uint32_t kind,
	struct id record, struct bytes sealed, struct id reader, struct secret **plain,
	struct err *e);
/* *fresh false: it is under the current key, *renewed is not written. */
MUST_USE bool keeper_client_field_renew(struct keeper_client *c, struct arena *a,
	uint32_t kind, struct id record, struct bytes sealed, struct bytes *renewed,
	bool *fresh, struct err *e);
MUST_USE bool keeper_client_field_index(struct keeper_client *c, uint32_t kind,
	struct bytes plain, uint8_t out[32], struct err *e);

/* The next checkpoint of the ledger, signed: time and platform are the keeper's. proof: a
 * ledger_consistency from the last one, DER; empty for the first, and for the same size.
 * DER in the arena. ERR_ROLLBACK: smaller, older, a number used before, or no
 * continuation of the last one it signed. */
MUST_USE bool keeper_client_checkpoint(struct keeper_client *c, struct arena *a,
	uint64_t number, uint64_t size, const uint8_t root[32], struct bytes proof,
	struct bytes *out, struct err *e);

struct keeper_key_status {
	uint32_t version; /* 0: none */
	int64_t created;
	struct bytes cert; /* DER */
};

struct keeper_status {
	enum channel_phase phase;
	const char *why; /* it is not serving: "the passphrase … is wrong"; "" */
	bool has_filter; /* system calls are filtered in its build */
	struct bytes platform, origin;
	uint64_t serial; /* of the store */
	struct keeper_key_status root, order, field;
	int64_t order_until; /* the order certificate's end; TIME_NONE */
	uint64_t orders, seals, opens, denied; /* since it started */
	uint32_t opened;                       /* secret values, within the window */
	struct supervise_state process;
};
/* Everything in the arena. */
MUST_USE bool keeper_client_status(struct keeper_client *c, struct arena *a,
	struct keeper_status *out, struct err *e);

/* A new order key (or certificate), a new field key. */
MUST_USE bool keeper_client_rotate(
	struct keeper_client *c, enum keystore_purpose purpose, struct err *e);
/* It takes no more work; what it does is finished. */
MUST_USE bool keeper_client_drain(struct keeper_client *c, struct err *e);

/* Ends it when it is idle; the next call starts it anew: after the passphrase was put
 * right. */
void keeper_client_restart(struct keeper_client *c);

/* For tests of lab builds: what it may not do, as errno of each try. */
MUST_USE bool keeper_client_lab(
	struct keeper_client *c, struct arena *a, struct reader *fields, struct err *e);

/* Starts it where it does not run: at start, and every few seconds. */
void keeper_client_tend(struct keeper_client *c);

#endif

/* ca: a certification authority for demonstration and tests, kept in a folder.
 * SPDX-License-Identifier: Apache-2.0
 *
 *     root.cer root.key            the root
 *     ca.cer ca.key                the subordinate CA that issues everything else
 *     ocsp.* seal-maker.* tsa.*    its OCSP responder, seal maker and time-stamping
 *     kmc.*                        its key management centre, which delivers keys
 *     certs/<serial>.cer           what was issued
 *     ca.json                      the register, rewritten whole; `lock` beside it
 *
 * Keys are PKCS#8, 0600. Every certificate carries the critical demonstration extension:
 * no licensed authority stands behind any of this.
 */
#ifndef QY_CLI_CA_H
#define QY_CLI_CA_H

#include "cli/keys.h"
#include "pki/crl.h"
#include "pki/issue.h"

struct json_t;

struct ca {
	struct cli *c;
	const char *folder;
	int lock; /* -1: not held */
	struct json_t *index;
	struct cert root, sub;
	struct keyfile key; /* of sub, once ca_unlock was called */
	bool has_key;
};

/* Opens a CA's folder. With `change` the register is locked against others until
 * ca_close (ERR_BUSY after ten seconds). ERR_NO_INPUT when there is none. */
MUST_USE bool ca_open(
	struct ca *ca, struct cli *c, const char *folder, bool change, struct err *e);
void ca_close(struct ca *ca);
/* Reads the register again. */
MUST_USE bool ca_reload(struct ca *ca, struct err *e);

/* A new, empty register in a folder that has none yet (ERR_DENIED), locked. */
MUST_USE bool ca_create(struct ca *ca, struct cli *c, const char *folder,
	const char *name, enum key_kind kind, const char *crl_url, const char *ocsp_url,
	struct err *e);

/* folder/name, in the arena. */
char *ca_path(const struct ca *ca, const char *name);
/* A member of the register that is a text, or null. */
const char *ca_text(const struct ca *ca, const char *member);
enum key_kind ca_kind(const struct ca *ca);

/* Opens the key folder/<stem>.key; --ca-password-file, then the variable, then the
 * terminal give its password if it needs one. */
MUST_USE bool ca_keyfile(
	struct ca *ca, const char *stem, struct keyfile *out, struct err *e);
/* The subordinate's key, for ca_issue. */
MUST_USE bool ca_unlock(struct ca *ca, struct err *e);

/* Writes the register. */
MUST_USE bool ca_save(struct ca *ca, struct err *e);

/* Issues a certificate by the subordinate CA and records it, register and certs/ written,
 * before it is handed out. Dates are clipped to those of the CA. DER in the arena. */
MUST_USE bool ca_issue(struct ca *ca, struct issue_spec *spec, const struct pubkey *pub,
	struct cert *out, struct err *e);
/* Records one that was made otherwise (root, subordinate). by: "root" or "ca". */
MUST_USE bool ca_record(struct ca *ca, const struct cert *cert, const char *profile,
	const char *by, struct err *e);

/* A spec with what all certificates of this CA share: from now, for `span`. */
struct issue_spec ca_spec(const struct ca *ca, enum issue_profile profile, int64_t span);
const char *profile_name(enum issue_profile profile);

/* --- the state of what was issued
 * ------------------------------------------------------- */

struct ca_entry {
	struct json_t *row; /* borrowed */
	const char *serial, *profile, *subject, *by;
	int64_t not_before, not_after;
	bool revoked; /* held counts */
	int64_t revoked_at, changed_at;
	enum crl_reason reason;
};

size_t ca_count(const struct ca *ca);
/* ERR_MALFORMED when the register was damaged. */
MUST_USE bool ca_entry(
	const struct ca *ca, size_t i, struct ca_entry *out, struct err *e);
/* By serial, hexadecimal in either case; ERR_NOT_FOUND. */
MUST_USE bool ca_find(
	const struct ca *ca, const char *serial, struct ca_entry *out, struct err *e);
/* Revokes (reason CRL_HOLD: suspends), or with `release` lifts a suspension. ERR_DENIED
 * when it is revoked for good already, or not suspended. Not saved yet. */
MUST_USE bool ca_revoke(struct ca *ca, struct ca_entry *entry, bool release,
	enum crl_reason reason, struct err *e);

/* A CRL by "root" or "ca", numbered anew; a delta against the last full one when `delta`.
 * Saved. DER in the arena. */
MUST_USE bool ca_crl(struct ca *ca, const char *by, bool delta, int64_t lifetime,
	struct bytes *out, struct err *e);

/* --- handing out
 * ------------------------------------------------------------------------ */

/* Rows of the options that commands which hand out keys share. */
#define CA_PASSWORD_FILE                                                               \
	{                                                                              \
		"ca-password-file", 0, CLI_FILE, 0, NULL, MSG_OPT_CA_PASSWORD_FILE, 0, \
	}
#define CA_HOLDER_ROWS                                                            \
	{"out", 'o', CLI_FOLDER, CLI_REQUIRED, NULL, MSG_OPT_CA_OUT, 0},          \
		CLI_PASSWORD_FILE,                                                \
		{"no-password", 0, CLI_FLAG, 0, NULL, MSG_OPT_CA_NO_PASSWORD, 0}, \
		{"force", 0, CLI_FLAG, 0, NULL, MSG_OPT_FORCE, 0}, CA_PASSWORD_FILE

/* The folder of --out, made if need be, and the password for what goes there: null with
 * --no-password. */
struct holder {
	const char *folder;
	struct secret *password;
};
MUST_USE bool holder_open(struct holder *h, struct cli *c, bool ask, struct err *e);
void holder_close(struct holder *h);
/* Nothing of that stem is in the way, unless --force: asked before anything is issued. */
MUST_USE bool holder_may_write(
	const struct holder *h, struct cli *c, const char *stem, struct err *e);
/* <stem>.cer, and the key with its chain as <stem>.p12, or <stem>.key without a password;
 * key may be null. */
MUST_USE bool holder_write(struct holder *h, struct ca *ca, const char *stem,
	const struct cert *cert, struct key *key, struct err *e);

/* The whole of a command that issues one certificate for a key made here: seal maker,
 * time-stamping authority, event. */
int ca_issue_one(struct cli *c, enum issue_profile profile, const char *stem,
	const char *title, int64_t span);

/* "dir/name" in the arena of the run. */
char *path_join(struct cli *c, const char *folder, const char *name);
MUST_USE bool folder_make(const char *path, unsigned mode, struct err *e);

#endif

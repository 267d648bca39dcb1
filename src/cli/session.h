/* session: libqianyin as the commands use it: one context with the trust store, the
 * evidence and the clock the options name, and keys with their certificates.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_CLI_SESSION_H
#define QY_CLI_SESSION_H

#include "cli/cli.h"
#include "qianyin/qianyin.h"

/* The rows of --key, --certificate and --password-file. */
#define CLI_KEY_ROWS                                                           \
	{"key", 0, CLI_FILE, CLI_REQUIRED, NULL, MSG_OPT_KEY, 0},              \
		{"certificate", 0, CLI_FILE, 0, NULL, MSG_OPT_CERTIFICATE, 0}, \
		CLI_PASSWORD_FILE

static inline void qy_context_auto(qy_context **p)
{
	qy_context_free(*p);
}
static inline void qy_key_auto(qy_key **p)
{
	qy_key_free(*p);
}
static inline void qy_report_auto(qy_report **p)
{
	qy_report_free(*p);
}
#define AUTO_QY(noun)  __attribute__((cleanup(qy_##noun##_auto))) qy_##noun *
#define AUTO_QY_BUFFER __attribute__((cleanup(qy_buffer_free))) struct qy_buffer

/* A context without trust or evidence. */
qy_context *session_plain(struct cli *c);

/* A context with what --trust, --demo, --crl, --ocsp, --cert (CLI_TRUST_ROWS) and --at
 * name. */
MUST_USE bool session_open(qy_context **out, struct cli *c, struct err *e);

/* The key of --key with the certificate of --certificate, or the one beside the key. */
MUST_USE bool session_key(qy_key **out, struct cli *c, struct err *e);
/* The same for other option names; certificate_option null: none is needed. */
MUST_USE bool session_key_named(qy_key **out, struct cli *c, const char *key_option,
	const char *certificate_option, struct err *e);

/* Turns an error of the library into ours; returns false. */
bool session_err(struct err *e, const struct qy_error *from);

/* And the other way, for callbacks. */
void session_qy_err(struct qy_error *to, const struct err *e);

static inline struct qy_bytes session_bytes(struct bytes b)
{
	return (struct qy_bytes){b.p, b.n};
}

#endif

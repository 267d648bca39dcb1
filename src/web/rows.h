/* rows: lines of lists that several pages show. SPDX-License-Identifier: Apache-2.0 */
#ifndef QY_WEB_ROWS_H
#define QY_WEB_ROWS_H

#include "domain/app.h"
#include "web/call.h"

struct message_row {
	const char *id, *text, *link;
	bool urgent, is_read;
	int64_t at;
};
extern const struct view message_row_view;
MUST_USE bool message_lines(struct route_call *c, const struct list_from *from,
	struct message_row **out, size_t *count, bool *more, struct err *e);

struct credential_row {
	const char *id, *subject, *ca_name, *serial;
	unsigned state, use;
	int64_t not_after, usable_at, days_left;
	bool is_bound, is_cooling, is_soon, is_over, in_token, may_report;
};
extern const struct view credential_row_view;
MUST_USE bool credential_lines(
	struct route_call *c, struct credential_row **out, size_t *count, struct err *e);

/* The address of the rest of a list, by the key of its last row. */
const char *more_by_time(
	struct route_call *c, const char *path, int64_t at, const char *id);
const char *more_by_text(
	struct route_call *c, const char *path, const char *text, const char *id);

/* enum msg + 1 */
unsigned role_label(enum member_role role);
/* "采购人、供应商" of these bits, in the arena. */
const char *kinds_text(struct route_call *c, uint32_t kinds);

extern const struct view plain_view;

#endif

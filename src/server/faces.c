/* faces: see faces.h. What differs between both sides is only the names of types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server/faces.h"

#include <string.h>

static bool login_order(void *ctx, struct arena *a, const struct order_login *login,
	const struct order_signer *signer, unsigned life_s, struct bytes *order,
	int64_t *expiry, struct err *e)
{
	return keeper_client_login_order(ctx, a, login, signer, life_s, order, expiry, e);
}

static bool paper_order(void *ctx, struct arena *a, const struct order_paper *paper,
	const struct order_signer *signer, unsigned life_s, struct bytes *order,
	int64_t *expiry, struct err *e)
{
	return keeper_client_paper_order(ctx, a, paper, signer, life_s, order, expiry, e);
}

static bool field_seal(void *ctx, struct arena *a, enum field_purpose purpose,
	struct id record, struct bytes plain, struct bytes *sealed, struct err *e)
{
	return keeper_client_field_seal(ctx, a, purpose, record, plain, sealed, e);
}

static bool field_open(void *ctx, enum field_purpose purpose, struct id record,
	struct bytes sealed, struct id reader, struct secret **plain, struct err *e)
{
	return keeper_client_field_open(ctx, purpose, record, sealed, reader, plain, e);
}

static bool field_renew(void *ctx, struct arena *a, enum field_purpose purpose,
	struct id record, struct bytes sealed, struct bytes *renewed, bool *fresh,
	struct err *e)
{
	return keeper_client_field_renew(
		ctx, a, purpose, record, sealed, renewed, fresh, e);
}

static bool field_index(void *ctx, enum field_purpose purpose, struct bytes plain,
	uint8_t out[FIELD_INDEX], struct err *e)
{
	return keeper_client_field_index(ctx, purpose, plain, out, e);
}

struct keeper_face face_of_keeper(struct keeper_client *c)
{
	return (struct keeper_face){.ctx = c,
		.login_order = login_order,
		.paper_order = paper_order,
		.field_seal = field_seal,
		.field_open = field_open,
		.field_renew = field_renew,
		.field_index = field_index};
}

static bool verify_detached(void *ctx, struct arena *a, struct bytes content,
	struct bytes cms, int64_t at, enum lang lang, struct signed_finding *out,
	struct err *e)
{
	struct worker_finding f;

	if (!worker_client_verify_detached(ctx, a, content, cms, at, lang, &f, e))
		return false;
	*out = (struct signed_finding){
		.indication = f.indication, .sub = f.sub, .why = f.why};
	memcpy(out->signer, f.signer, sizeof out->signer);
	memcpy(out->credit_code, f.credit_code, sizeof out->credit_code);
	memcpy(out->order, f.order, sizeof out->order);
	return true;
}

static bool check_scan(void *ctx, struct bytes file, const char **type, struct err *e)
{
	return worker_client_check_scan(ctx, file, type, e);
}

struct worker_face face_of_worker(struct worker_client *c)
{
	return (struct worker_face){
		.ctx = c, .verify_detached = verify_detached, .check_scan = check_scan};
}

/* forms: everything that can be filled in, as tables.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "domain/app.h"
#include "web/pages.h"

#define TEXT(name, label, min, max, required)                                        \
	{                                                                            \
		name, FIELD_TEXT, min, max, required, MSG_WEB_FIELD_##label, NULL, 0 \
	}
#define HELPED(name, label, min, max, required, helped)                            \
	{                                                                          \
		name, FIELD_TEXT, min, max, required, MSG_WEB_FIELD_##label, NULL, \
			MSG_WEB_HELP_##helped + 1                                  \
	}
#define SECRET(name, label, required, help)                                             \
	{                                                                               \
		name, FIELD_SECRET, 1, 128, required, MSG_WEB_FIELD_##label, NULL, help \
	}

const struct form form_none = {"none", NULL, 0};

static const struct field login_fields[] = {
	TEXT("login", LOGIN, 1, 64, true), SECRET("password", PASSWORD, true, 0)};
const struct form form_login = FORM("login", login_fields);

static const struct field answer_fields[] = {
	{"answer", FIELD_BASE64, 1, 65536, true, MSG_WEB_FIELD_ANSWER, NULL, 0}};
const struct form form_answer = FORM("answer", answer_fields);

static const struct field_choice languages[] = {
	{"zh", LANG_ZH, MSG_WEB_LANG_ZH}, {"en", LANG_EN, MSG_WEB_LANG_EN}, {0}};
static const struct field language_fields[] = {
	{"lang", FIELD_CHOICE, 0, 0, true, MSG_WEB_FIELD_LANG, languages, 0}};
const struct form form_language = FORM("language", language_fields);

static const struct field_choice kinds[] = {
	{"purchaser", USER_PURCHASER, MSG_WEB_KIND_PURCHASER},
	{"agency", USER_AGENCY, MSG_WEB_KIND_AGENCY},
	{"supplier", USER_SUPPLIER, MSG_WEB_KIND_SUPPLIER},
	{"supervisor", USER_SUPERVISOR, MSG_WEB_KIND_SUPERVISOR},
	{"financier", USER_FINANCIER, MSG_WEB_KIND_FINANCIER},
	{"ca", USER_CA, MSG_WEB_KIND_CA}, {0}};
#define PERSON_FIELDS                                                              \
	HELPED("person", PERSON, 1, 100, true, PERSON),                            \
		HELPED("id_number", ID_NUMBER, 18, 18, true, ID_NUMBER),           \
		HELPED("phone", PHONE, 5, 20, false, PHONE),                       \
		{"email", FIELD_EMAIL, 0, 0, false, MSG_WEB_FIELD_EMAIL, NULL, 0}, \
		HELPED("login", LOGIN, 2, 64, true, LOGIN),                        \
		SECRET("password", PASSWORD, true, MSG_WEB_HELP_PASSWORD + 1)
static const struct field register_fields[] = {
	HELPED("credit_code", CREDIT_CODE, 18, 18, true, CREDIT_CODE),
	TEXT("name", NAME, 1, 100, true),
	{"kinds", FIELD_SET, 0, 0, true, MSG_WEB_FIELD_KINDS, kinds, 0},
	HELPED("region", REGION, 6, 6, true, REGION),
	TEXT("address", ADDRESS, 1, 200, true),
	TEXT("legal_name", LEGAL_NAME, 1, 100, true),
	{"is_legal", FIELD_BOOL, 0, 0, false, MSG_WEB_FIELD_IS_LEGAL, NULL, 0},
	PERSON_FIELDS};
const struct form form_register = FORM("register", register_fields);

static const struct field accept_fields[] = {PERSON_FIELDS};
const struct form form_accept = FORM("accept", accept_fields);

/* Where a list begins, what is searched for, which tab. */
static const struct field list_fields[] = {TEXT("q", SEARCH, 0, 100, false),
	TEXT("from", SEARCH, 0, 200, false),
	{"at", FIELD_INT, 0, INT64_MAX, false, MSG_WEB_FIELD_SEARCH, NULL, 0},
	{"id", FIELD_ID, 0, 0, false, MSG_WEB_FIELD_SEARCH, NULL, 0},
	TEXT("tab", SEARCH, 0, 20, false)};
const struct form form_list = FORM("list", list_fields);

static const struct field_choice roles[] = {
	{"viewer", MEMBER_VIEWER, MSG_WEB_ROLE_VIEWER},
	{"handler", MEMBER_HANDLER, MSG_WEB_ROLE_HANDLER},
	{"administrator", MEMBER_ADMINISTRATOR, MSG_WEB_ROLE_ADMINISTRATOR},
	{"legal", MEMBER_LEGAL, MSG_WEB_ROLE_LEGAL}, {0}};
static const struct field invite_fields[] = {TEXT("name", PERSON, 1, 100, true),
	{"role", FIELD_CHOICE, 0, 0, true, MSG_WEB_FIELD_ROLE, roles, 0}};
const struct form form_invite = FORM("invite", invite_fields);
static const struct field role_fields[] = {
	{"role", FIELD_CHOICE, 0, 0, true, MSG_WEB_FIELD_ROLE, roles, 0}};
const struct form form_role = FORM("role", role_fields);

static const struct field where_fields[] = {HELPED("region", REGION, 6, 6, true, REGION),
	TEXT("address", ADDRESS, 1, 200, true)};
const struct form form_where = FORM("where", where_fields);

static const struct field_choice secrets[] = {
	{"id_number", FIELD_PERSON_ID_NUMBER, MSG_WEB_FIELD_ID_NUMBER},
	{"phone", FIELD_PERSON_PHONE, MSG_WEB_FIELD_PHONE}, {0}};
static const struct field reveal_fields[] = {
	{"what", FIELD_CHOICE, 0, 0, true, MSG_WEB_FIELD_WHAT, secrets, 0}};
const struct form form_reveal = FORM("reveal", reveal_fields);

static const struct field bind_fields[] = {
	{"answer", FIELD_BASE64, 1, 65536, true, MSG_WEB_FIELD_ANSWER, NULL, 0},
	{"in_token", FIELD_BOOL, 0, 0, false, MSG_WEB_FIELD_IN_TOKEN, NULL, 0}};
const struct form form_bind = FORM("bind", bind_fields);

static const struct field reason_fields[] = {
	{"reason", FIELD_LINES, 1, 200, true, MSG_WEB_FIELD_REASON, NULL, 0}};
const struct form form_reason = FORM("reason", reason_fields);

static const struct field password_fields[] = {
	SECRET("old", OLD_PASSWORD, false, MSG_WEB_HELP_OLD_PASSWORD + 1),
	SECRET("password", NEW_PASSWORD, true, MSG_WEB_HELP_PASSWORD + 1),
	SECRET("again", AGAIN, true, 0)};
const struct form form_password = FORM("password", password_fields);

static const struct field recovery_fields[] = {
	{"answer", FIELD_BASE64, 1, 65536, true, MSG_WEB_FIELD_ANSWER, NULL, 0},
	TEXT("login", LOGIN, 2, 64, true), TEXT("name", PERSON, 1, 100, false),
	SECRET("password", NEW_PASSWORD, true, MSG_WEB_HELP_PASSWORD + 1)};
const struct form form_recovery = FORM("recovery", recovery_fields);

static const struct field_choice acts[] = {
	{"sign", 1, MSG_WEB_ACT_SIGN}, {"seal", 2, MSG_WEB_ACT_SEAL}, {0}};
static const struct field mandate_fields[] = {
	{"member", FIELD_ID, 0, 0, true, MSG_WEB_FIELD_MEMBER, NULL, 0},
	{"acts", FIELD_SET, 0, 0, true, MSG_WEB_FIELD_ACTS, acts, 0},
	HELPED("kinds", PAPERS, 1, 200, true, PAPERS),
	{"amount", FIELD_MONEY, 1, INT64_C(10000000000000), false, MSG_WEB_FIELD_AMOUNT,
		NULL, MSG_WEB_HELP_AMOUNT + 1},
	{"valid_from", FIELD_DATE, 0, 0, true, MSG_WEB_FIELD_FROM, NULL, 0},
	{"valid_to", FIELD_DATE, 0, 0, true, MSG_WEB_FIELD_TO, NULL, 0}};
const struct form form_mandate = FORM("mandate", mandate_fields);

static const struct field check_fields[] = {
	{"how", FIELD_TEXT, 1, 200, true, MSG_WEB_FIELD_HOW, NULL, MSG_WEB_HELP_HOW + 1}};
const struct form form_how = FORM("check", check_fields);

static const struct field sign_fields[] = {
	{"signature", FIELD_BASE64, 1, 65536, true, MSG_WEB_FIELD_ANSWER, NULL, 0}};
const struct form form_sign = FORM("sign", sign_fields);

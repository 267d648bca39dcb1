/* form: what may be filled in, as a table; and what was, parsed.
 * SPDX-License-Identifier: Apache-2.0
 *
 * One table serves the parser of bodies (application/x-www-form-urlencoded and JSON), the
 * page that shows the form (again, with errors by field) and the description of the API.
 * Handlers see parsed values and never raw strings.
 *
 * Parsing is strict. Refused as a whole (ERR_MALFORMED): wrong percent escapes, octets
 * that are not UTF-8, control characters (but tab and line ends in FIELD_LINES), fields
 * the table does not have, fields that stand twice, a value of the wrong JSON type.
 * ERR_TOO_LARGE: more than FORM_PAIRS_MAX fields, or FORM_BODY_MAX octets. What a person
 * can get wrong is an error of its field, with a sentence.
 *
 * A form sent by a page also carries "_csrf" and may carry "_once" (the token that makes
 * a second click harmless) and "_back" (where to return): they stand in struct
 * form_values and in no table.
 */
#ifndef QY_HTTP_FORM_H
#define QY_HTTP_FORM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/i18n.h"

enum {
	FORM_FIELDS_MAX = 48,
	FORM_PAIRS_MAX = 128,        /* a FIELD_SET is sent as several pairs */
	FORM_BODY_MAX = 1024 * 1024, /* a form is no upload */
	FORM_TEXT_MAX = 64 * 1024, /* characters of one value, whatever the table says */
	FORM_CHOICES_MAX = 63
};

enum field_type {
	FIELD_TEXT,  /* one line; blanks at both ends are taken off; min, max: characters
		      */
	FIELD_LINES, /* several lines; line ends become \n; min, max: characters */
	FIELD_INT,   /* decimal, "-" allowed when min < 0; min, max: the number */
	FIELD_MONEY, /* "1234", "1,234.5", "1234.56": fen; min, max: fen */
	FIELD_DATE,  /* "2026-11-22": its midnight in UTC, microseconds; min, max likewise
		      */
	FIELD_TIME,  /* "2026-11-22T16:30" or with ":00" (Beijing time, as
			datetime-local sends it): the moment in UTC, microseconds */
	FIELD_BOOL,  /* "on", "1", "true" or absent, "0", "false"; JSON true, false */
	FIELD_CHOICE, /* one of choices: its number */
	FIELD_SET,    /* any of choices: the OR of their numbers; JSON: an array */
	FIELD_SECRET, /* a password: min, max in octets; never shown again; in memory that
			 is wiped, not in the arena; blanks stay */
	FIELD_EMAIL,  /* local@domain in ASCII, at most 254 octets */
	FIELD_HEX,    /* hexadecimal, decoded into octets; min, max: octets */
	FIELD_BASE64, /* base64 with padding, white space passed over; decoded; min, max:
			 octets */
	FIELD_ID      /* a struct id as hexadecimal: its 16 octets */
};

struct field_choice {
	const char *value; /* null ends the list */
	int64_t number;
	unsigned label; /* enum msg */
};

struct field {
	const char *name;
	enum field_type type;
	int64_t min, max; /* max 0: FIELD_TEXT 200, LINES and BASE64 FORM_TEXT_MAX, SECRET
			     128, HEX 64; for numbers both 0: no bounds but the type's */
	bool required;
	unsigned label; /* enum msg */
	const struct field_choice *choices;
	unsigned help; /* enum msg + 1, for the page; 0: none */
};

struct form {
	const char *name;
	const struct field *fields;
	size_t count; /* at most FORM_FIELDS_MAX */
};
#define FORM(form_name, table)                                    \
	{                                                         \
		form_name, table, sizeof(table) / sizeof *(table) \
	}

/* What was in one field. */
struct form_value {
	const struct field *field;
	bool given; /* filled in: not absent, not empty */
	struct bytes
		typed; /* what the user typed, for showing again; empty for secrets */
	struct bytes value; /* of text types, SECRET, HEX, BASE64, ID: what counts */
	int64_t number;     /* of the others; 0 when not given */
	unsigned wrong;     /* enum msg + 1: the sentence for the user; 0: fine */
	int64_t bound; /* what stands at {1} of that sentence, where it has a place */
};

struct form_values {
	const struct form *form;
	struct form_value v[FORM_FIELDS_MAX]; /* in the order of the table */
	unsigned wrong;                       /* how many fields are */
	struct bytes csrf, once, back;        /* "_csrf", "_once", "_back" */
	uint8_t *secrets;                     /* the form's own; wiped by form_fini */
	size_t secrets_size, secrets_used;
};

/* Reads a body of application/x-www-form-urlencoded. True also when fields are wrong
 * (look at values->wrong); false as the head of this file says. Values lie in the arena,
 * secrets do not. After true or false, form_fini is called; the body is the caller's to
 * wipe. */
MUST_USE bool form_read(struct arena *a, const struct form *form, struct bytes body,
	struct form_values *values, struct err *e);

/* The same of a query string (null: nothing was given). FIELD_SECRET is refused: secrets
 * have no place in addresses (ERR_USAGE). */
MUST_USE bool form_read_query(struct arena *a, const struct form *form, const char *query,
	struct form_values *values, struct err *e);

/* The same of a JSON object: strings for text, choices, HEX, BASE64, DATE, TIME, ID;
 * numbers for INT, and for MONEY fen as a number or yuan as a string; null is absent. */
MUST_USE bool form_read_json(struct arena *a, const struct form *form, struct bytes body,
	struct form_values *values, struct err *e);

/* Wipes and frees the secrets; a zeroed or already finished object is fine. */
void form_fini(struct form_values *values);
#define AUTO_FORM __attribute__((cleanup(form_fini))) struct form_values

/* The value of a field; a name the form does not have is a bug and aborts. */
const struct form_value *form_get(const struct form_values *values, const char *name);
struct bytes form_bytes(const struct form_values *values, const char *name);
int64_t form_number(const struct form_values *values, const char *name);

/* Marks a field wrong from outside ("this login name is taken"). */
void form_blame(struct form_values *values, const char *name, enum msg msg);

/* The sentence about what is wrong with a value, or null. */
const char *form_wrong(struct arena *a, enum lang lang, const struct form_value *value);

/* Is the table sane: names [a-z][a-z0-9_]*, unique, choices where needed and numbers of a
 * set single bits, bounds in order? ERR_USAGE names the field. For a unit test. */
MUST_USE bool form_check(const struct form *form, struct err *e);

/* fen as people write it: "-1,234.56"; into the arena. */
char *money_text(struct arena *a, int64_t fen);
/* "1,234.56", "1234.5", "12": fen. Commas stand every three digits or nowhere; at most
 * two decimals; at most 15 digits before the point. ERR_MALFORMED. */
MUST_USE bool money_read(struct bytes text, int64_t *fen, struct err *e);

#endif

/* form_value: one value, from what was typed to what counts; inside form*.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_HTTP_FORM_VALUE_H
#define QY_HTTP_FORM_VALUE_H

#include "http/form.h"

/* Parses typed octets into the value of its field. False (ERR_MALFORMED): what no person
 * types. typed lives as long as the form does. */
MUST_USE bool form_value_set(
	struct arena *a, struct form_value *v, struct bytes typed, struct err *e);

/* A number that came as a number (JSON): bounds. */
void form_value_number(struct form_value *v, int64_t number);

/* One choice of a FIELD_SET more, or the one of a FIELD_CHOICE. */
MUST_USE bool form_value_choose(struct form_value *v, struct bytes typed, struct err *e);

/* All values are in: what is required and missing? Counts what is wrong. */
void form_close(struct form_values *values);

/* A zeroed set of values of this form. */
void form_open(struct form_values *values, const struct form *form);

/* Memory for n octets of a secret; size_all is the most the whole form can need. */
uint8_t *form_secret(struct form_values *values, size_t n, size_t size_all);

/* The index of a field, or SIZE_MAX. */
size_t form_find(const struct form *form, struct bytes name);

#endif

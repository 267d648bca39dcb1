/* pages: the handlers of routes.c, in the order of the table.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef QY_WEB_PAGES_H
#define QY_WEB_PAGES_H

#include "web/call.h"

#define PAGE(name) bool name(struct route_call *c, struct err *e);
#include "web/pages.tbl"
#undef PAGE

/* Forms, for the table and for the pages that show them again. */
#define FORM_OF(name) extern const struct form name;
FORM_OF(form_none)
FORM_OF(form_login)
FORM_OF(form_answer)
FORM_OF(form_language)
FORM_OF(form_register)
FORM_OF(form_accept)
FORM_OF(form_list)
FORM_OF(form_invite)
FORM_OF(form_where)
FORM_OF(form_role)
FORM_OF(form_reveal)
FORM_OF(form_bind)
FORM_OF(form_reason)
FORM_OF(form_password)
FORM_OF(form_recovery)
FORM_OF(form_mandate)
FORM_OF(form_how)
FORM_OF(form_sign)
#undef FORM_OF

#endif

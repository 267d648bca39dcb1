/* routes: the whole site on one screen. What exactly an actor may do is asked of the
 * domain (domain/rights.tbl); here stands who may come in at all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "web/pages.h"
#include "web/state.h"

#define GET  HTTP_GET
#define POST HTTP_POST

/* clang-format off */
const struct route web_routes[] = {
/*  method path                              who        rules                    form            handler                        stream body name */
 {GET,  "/",                                 ANYONE,    0,                       NULL,           page_home,                     NULL, 0, NULL},
 {GET,  "/help",                             ANYONE,    0,                       NULL,           page_help,                     NULL, 0, NULL},
 {GET,  "/help/:topic",                      ANYONE,    0,                       NULL,           page_help,                     NULL, 0, NULL},
 {GET,  "/assets/:file",                     ANYONE,    0,                       NULL,           page_asset,                    NULL, 0, NULL},
 {POST, "/language",                         ANYONE,    0,                       &form_language, page_language,                 NULL, 0, NULL},

 {GET,  "/login",                            ANYONE,    R_VISIT,                 NULL,           page_login,                    NULL, 0, NULL},
 {POST, "/login",                            ANYONE,    R_CSRF | R_VISIT | R_RATE,  &form_login,    page_login_password,           NULL, 0, NULL},
 {POST, "/api/v1/login/challenge",           ANYONE,    R_CSRF | R_JSON | R_RATE,  &form_none,     api_login_challenge,           NULL, 0, "login_challenge"},
 {POST, "/api/v1/login/certificate",         ANYONE,    R_CSRF | R_JSON | R_RATE,  &form_answer,   api_login_certificate,         NULL, 0, "login_certificate"},
 {POST, "/api/v1/login/whose",               ANYONE,    R_CSRF | R_JSON | R_RATE,  &form_answer,   api_login_whose,               NULL, 0, "login_whose"},
 {POST, "/logout",                           SIGNED_IN, R_CSRF,                  &form_none,     page_logout,                   NULL, 0, NULL},
 {GET,  "/register",                         ANYONE,    R_VISIT,                 NULL,           page_register,                 NULL, 0, NULL},
 {POST, "/register",                         ANYONE,    R_CSRF | R_VISIT | R_RATE,  &form_register, page_register_post,            NULL, 0, NULL},
 {GET,  "/invitation/:secret",               ANYONE,    R_VISIT,                 NULL,           page_invitation,               NULL, 0, NULL},
 {POST, "/invitation/:secret",               ANYONE,    R_CSRF | R_VISIT | R_RATE,  &form_accept,   page_invitation_post,          NULL, 0, NULL},
 {GET,  "/recovery",                         ANYONE,    R_VISIT,                 NULL,           page_recovery,                 NULL, 0, NULL},
 {POST, "/api/v1/recovery/challenge",        ANYONE,    R_CSRF | R_JSON | R_RATE,  &form_none,     api_recovery_challenge,        NULL, 0, "recovery_challenge"},
 {POST, "/api/v1/recovery",                  ANYONE,    R_CSRF | R_JSON | R_RATE,  &form_recovery, api_recovery_ask,              NULL, 0, "recovery_ask"},
 {POST, "/api/v1/recovery/:id/challenge",    ANYONE,    R_CSRF | R_JSON | R_RATE,  &form_none,     api_recovery_cancel_challenge, NULL, 0, "recovery_cancel_challenge"},
 {POST, "/api/v1/recovery/:id/cancel",       ANYONE,    R_CSRF | R_JSON | R_RATE,  &form_answer,   api_recovery_cancel,           NULL, 0, "recovery_cancel"},

 {GET,  "/desk",                             SIGNED_IN, 0,                       NULL,           page_desk,                     NULL, 0, NULL},
 {POST, "/switch/:id",                       SIGNED_IN, R_CSRF,                  &form_none,     page_switch,                   NULL, 0, NULL},
 {POST, "/api/v1/step-up/challenge",         SIGNED_IN, R_CSRF | R_JSON,         &form_none,     api_step_up_challenge,         NULL, 0, "step_up_challenge"},
 {POST, "/api/v1/step-up",                   SIGNED_IN, R_CSRF | R_JSON,         &form_answer,   api_step_up,                   NULL, 0, "step_up"},
 {GET,  "/organisation",                     SIGNED_IN, 0,                       NULL,           page_organisation,             NULL, 0, NULL},
 {POST, "/organisation",                     SIGNED_IN, R_CSRF,                  &form_where,    page_organisation_post,        NULL, 0, NULL},
 {GET,  "/members",                          SIGNED_IN, 0,                       &form_list,     page_members,                  NULL, 0, NULL},
 {POST, "/members/:id/role",                 SIGNED_IN, R_CSRF,                  &form_role,     page_member_role,              NULL, 0, NULL},
 {POST, "/members/:id/end",                  SIGNED_IN, R_CSRF,                  &form_none,     page_member_end,               NULL, 0, NULL},
 {POST, "/invitations",                      SIGNED_IN, R_CSRF,                  &form_invite,   page_invite,                   NULL, 0, NULL},
 {POST, "/invitations/:id/withdraw",         SIGNED_IN, R_CSRF,                  &form_none,     page_invitation_withdraw,      NULL, 0, NULL},
 {GET,  "/people/:id",                       SIGNED_IN, 0,                       NULL,           page_person,                   NULL, 0, NULL},
 {POST, "/people/:id/reveal",                SIGNED_IN, R_CSRF,                  &form_reveal,   page_reveal,                   NULL, 0, NULL},
 {GET,  "/credentials",                      SIGNED_IN, 0,                       NULL,           page_credentials,              NULL, 0, NULL},
 {POST, "/api/v1/credentials/challenge",     SIGNED_IN, R_CSRF | R_JSON,         &form_none,     api_bind_challenge,            NULL, 0, "credential_challenge"},
 {POST, "/api/v1/credentials",               SIGNED_IN, R_CSRF | R_JSON,         &form_bind,     api_bind,                      NULL, 0, "credential_bind"},
 {POST, "/api/v1/credentials/:id/challenge", SIGNED_IN, R_CSRF | R_JSON,         &form_none,     api_vouch_challenge,           NULL, 0, "credential_vouch_challenge"},
 {POST, "/api/v1/credentials/:id/vouch",     SIGNED_IN, R_CSRF | R_JSON,         &form_answer,   api_vouch,                     NULL, 0, "credential_vouch"},
 {POST, "/credentials/:id/refuse",           SIGNED_IN, R_CSRF,                  &form_none,     page_credential_refuse,        NULL, 0, NULL},
 {POST, "/credentials/:id/end",              SIGNED_IN, R_CSRF,                  &form_none,     page_credential_end,           NULL, 0, NULL},
 {POST, "/credentials/:id/loss",             SIGNED_IN, R_CSRF,                  &form_reason,   page_loss_report,              NULL, 0, NULL},
 {POST, "/losses/:id/confirm",               SIGNED_IN, R_CSRF,                  &form_none,     page_loss_confirm,             NULL, 0, NULL},
 {POST, "/losses/:id/withdraw",              SIGNED_IN, R_CSRF,                  &form_none,     page_loss_withdraw,            NULL, 0, NULL},
 {GET,  "/mandates",                         SIGNED_IN, 0,                       &form_list,     page_mandates,                 NULL, 0, NULL},
 {POST, "/mandates",                         SIGNED_IN, R_CSRF,                  &form_mandate,  page_mandate_new,              NULL, 0, NULL},
 {POST, "/api/v1/mandates/:id/order",        SIGNED_IN, R_CSRF | R_JSON,         &form_none,     api_mandate_order,             NULL, 0, "mandate_order"},
 {POST, "/api/v1/mandates/:id/signature",    SIGNED_IN, R_CSRF | R_JSON,         &form_sign,     api_mandate_sign,              NULL, 0, "mandate_sign"},
 {POST, "/mandates/:id/revoke",              SIGNED_IN, R_CSRF,                  &form_none,     page_mandate_revoke,           NULL, 0, NULL},
 {GET,  "/messages",                         SIGNED_IN, 0,                       &form_list,     page_messages,                 NULL, 0, NULL},
 {POST, "/messages/read",                    SIGNED_IN, R_CSRF,                  &form_none,     page_messages_read,            NULL, 0, NULL},
 {GET,  "/account",                          SIGNED_IN, 0,                       NULL,           page_account,                  NULL, 0, NULL},
 {POST, "/account/password",                 SIGNED_IN, R_CSRF,                  &form_password, page_password,                 NULL, 0, NULL},
 {POST, "/sessions/:id/revoke",              SIGNED_IN, R_CSRF,                  &form_none,     page_session_revoke,           NULL, 0, NULL},
 {POST, "/sessions/revoke-others",           SIGNED_IN, R_CSRF,                  &form_none,     page_sessions_revoke,          NULL, 0, NULL},

 {GET,  "/admin/organisations",              OFFICER,   0,                       &form_list,     page_admin_organisations,      NULL, 0, NULL},
 {GET,  "/admin/organisations/:id",          OFFICER,   0,                       NULL,           page_admin_organisation,       NULL, 0, NULL},
 {POST, "/admin/organisations/:id/check",    OFFICER,   R_CSRF,                  &form_how,      page_admin_check,              NULL, 0, NULL},
 {POST, "/admin/organisations/:id/suspend",  OFFICER,   R_CSRF,                  &form_how,      page_admin_suspend,            NULL, 0, NULL},
 {POST, "/admin/organisations/:id/reinstate", OFFICER,  R_CSRF,                  &form_none,     page_admin_reinstate,          NULL, 0, NULL},
 {GET,  "/admin/acts",                       OFFICER,   0,                       &form_list,     page_admin_acts,               NULL, 0, NULL},
 {GET,  "/admin/rules",                      OFFICER,   0,                       NULL,           page_admin_rules,              NULL, 0, NULL},
 {GET,  "/admin/health",                     OFFICER,   0,                       NULL,           page_admin_health,             NULL, 0, NULL},
 {GET,  "/admin/routes",                     OFFICER,   0,                       NULL,           page_admin_routes,             NULL, 0, NULL},

 {GET,  "/healthz",                          ANYONE,    R_JSON,                  NULL,           system_live,                   NULL, 0, NULL},
 {GET,  "/readyz",                           LOCAL,     R_JSON,                  NULL,           system_ready,                  NULL, 0, NULL},
 {GET,  "/metrics",                          LOCAL,     R_JSON,                  NULL,           system_metrics,                NULL, 0, NULL},
 {GET,  "/api/v1/openapi.json",              ANYONE,    R_JSON,                  NULL,           api_openapi,                   NULL, 0, NULL},
 {GET,  "/api/v1/session",                   SIGNED_IN, R_JSON,                  NULL,           api_session,                   NULL, 0, "session"},
 {GET,  "/api/v1/members",                   SIGNED_IN, R_JSON,                  &form_list,     api_members,                   NULL, 0, "members"},
 {GET,  "/api/v1/credentials",               SIGNED_IN, R_JSON,                  NULL,           api_credentials,               NULL, 0, "credentials"},
 {GET,  "/api/v1/messages",                  SIGNED_IN, R_JSON,                  &form_list,     api_messages,                  NULL, 0, "messages"},
 {GET,  "/api/v1/organisations",             OFFICER,   R_JSON,                  &form_list,     api_organisations,             NULL, 0, "organisations"},
 {0},
};
/* clang-format on */

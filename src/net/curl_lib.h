/* curl_lib: what is used of libcurl, opened on use. Internal to net/.
 * SPDX-License-Identifier: Apache-2.0
 *
 * libcurl brings twenty libraries with it, and most commands never ask the network
 * (docs/adr/0012).
 */
#ifndef QY_NET_CURL_LIB_H
#define QY_NET_CURL_LIB_H

#include <curl/curl.h>

#include "base/err.h"

struct curl_lib {
	CURLcode (*global_init)(long flags);
	CURL *(*init)(void);
	CURLcode (*setopt)(CURL *, CURLoption, ...);
	CURLcode (*perform)(CURL *);
	CURLcode (*getinfo)(CURL *, CURLINFO, ...);
	void (*reset)(CURL *);
	void (*cleanup)(CURL *);
	const char *(*strerror)(CURLcode);
	struct curl_slist *(*append)(struct curl_slist *, const char *);
	void (*free_all)(struct curl_slist *);
};

/* Filled once curl_lib_start has returned true. */
extern struct curl_lib curl_lib;

/* From any thread. ERR_UNSUPPORTED: it is not installed, or does not start. */
MUST_USE bool curl_lib_start(struct err *e);

#endif

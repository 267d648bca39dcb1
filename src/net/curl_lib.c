/* curl_lib: see curl_lib.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/curl_lib.h"

#include <dlfcn.h>
#include <pthread.h>

struct curl_lib curl_lib;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool started;

/* ISO C has no conversion from an object pointer to a function's; POSIX asks for this. */
#define LOOK_UP(name, to) (*(void **)&curl_lib.to = dlsym(so, (name))) != NULL

static void start(void)
{
	void *so = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	started = so && LOOK_UP("curl_global_init", global_init) &&
		  LOOK_UP("curl_easy_init", init) &&
		  LOOK_UP("curl_easy_setopt", setopt) &&
		  LOOK_UP("curl_easy_perform", perform) &&
		  LOOK_UP("curl_easy_getinfo", getinfo) &&
		  LOOK_UP("curl_easy_reset", reset) &&
		  LOOK_UP("curl_easy_cleanup", cleanup) &&
		  LOOK_UP("curl_easy_strerror", strerror) &&
		  LOOK_UP("curl_slist_append", append) &&
		  LOOK_UP("curl_slist_free_all", free_all) &&
		  curl_lib.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

bool curl_lib_start(struct err *e)
{
	(void)pthread_once(&once, start);
	return started || err_set(e, ERR_UNSUPPORTED,
				  "HTTP: libcurl is not installed, or does not start");
}

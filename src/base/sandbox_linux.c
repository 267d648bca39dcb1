/* sandbox: the list of system calls, by libseccomp; see sandbox.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Numbers are those of libseccomp: negative where this processor has no such call. */
static const int always[] = {
	/* channels */
	SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write),
	SCMP_SYS(writev), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(sendto),
	SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(close),
	SCMP_SYS(shutdown), SCMP_SYS(fcntl), SCMP_SYS(fstat), SCMP_SYS(newfstatat),
	SCMP_SYS(statx), SCMP_SYS(lseek),
	/* memory; mmap and mprotect are looked at below */
	SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
	SCMP_SYS(mlock), SCMP_SYS(mlock2), SCMP_SYS(munlock), SCMP_SYS(msync),
	/* time, randomness, locks */
	SCMP_SYS(futex), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(getrandom), SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity), SCMP_SYS(rseq), SCMP_SYS(set_robust_list),
	SCMP_SYS(membarrier), SCMP_SYS(restart_syscall), SCMP_SYS(getcpu),
	/* who and where we are */
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
	SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname), SCMP_SYS(sysinfo),
	SCMP_SYS(getrlimit), SCMP_SYS(getrusage), SCMP_SYS(times),
	/* signals to ourselves, and the end */
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack), SCMP_SYS(alarm), SCMP_SYS(setitimer), SCMP_SYS(exit),
	SCMP_SYS(exit_group)};

static const int reading[] = {SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(access),
	SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(getdents64), SCMP_SYS(stat),
	SCMP_SYS(lstat), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(getcwd),
	SCMP_SYS(fadvise64)};

static const int writing[] = {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(linkat),
	SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(unlink),
	SCMP_SYS(unlinkat), SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(ftruncate),
	SCMP_SYS(fchmod), SCMP_SYS(flock), SCMP_SYS(pwrite64), SCMP_SYS(umask)};

static const int networking[] = {SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind),
	SCMP_SYS(socketpair), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
	SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(sendmmsg),
	SCMP_SYS(recvmmsg), SCMP_SYS(pipe2), SCMP_SYS(pipe), SCMP_SYS(eventfd2),
	SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(ioctl),
	SCMP_SYS(set_tid_address)};

bool sandbox_has_filter(void)
{
	return true;
}

static bool allow(scmp_filter_ctx f, const int *calls, size_t count)
{
	for (size_t i = 0; i < count; i++)
		/* Negative: this processor has no such call. */
		if (calls[i] >= 0 &&
			seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0) != 0)
			return false;
	return true;
}
#define ALLOW(f, table) allow((f), (table), sizeof(table) / sizeof *(table))

/* Allowed while the bits of argument n that `mask` names are `want`. */
static bool allow_when(
	scmp_filter_ctx f, int call, unsigned n, uint64_t mask, uint64_t want)
{
	struct scmp_arg_cmp cmp = {n, SCMP_CMP_MASKED_EQ, mask, want};

	return call < 0 || seccomp_rule_add(f, SCMP_ACT_ALLOW, call, 1, cmp) == 0;
}

static bool allow_memory(scmp_filter_ctx f)
{
	/* Nothing becomes code that was not at the start. */
	return allow_when(f, SCMP_SYS(mmap), 2, PROT_EXEC, 0) &&
	       allow_when(f, SCMP_SYS(mprotect), 2, PROT_EXEC, 0);
}

static bool allow_files(scmp_filter_ctx f, const struct sandbox *s)
{
	const uint64_t change = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;

	if (s->writes_files)
		return ALLOW(f, reading) && ALLOW(f, writing);
	return !s->reads_files ||
	       (ALLOW(f, reading) && allow_when(f, SCMP_SYS(open), 1, change, 0) &&
		       allow_when(f, SCMP_SYS(openat), 2, change, 0));
}

static bool allow_network(scmp_filter_ctx f, const struct sandbox *s)
{
	if (!s->network)
		return true;
	/* Threads, not processes; clone3 hides its flags, and callers fall back. */
	return ALLOW(f, networking) &&
	       allow_when(f, SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD) &&
	       seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

bool sandbox_enter(const struct sandbox *s, struct err *e)
{
	scmp_filter_ctx f;
	bool ok;

	if (!sandbox_limits(s, e))
		return false;
	f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!f)
		return err_set(e, ERR_IO, "seccomp");
	/* Limits are read, never set. A signal to ourselves ends us (abort) and reaches
	 * nobody else. */
	ok = ALLOW(f, always) && allow_memory(f) && allow_files(f, s) &&
	     allow_network(f, s) &&
	     allow_when(f, SCMP_SYS(prlimit64), 2, UINT64_MAX, 0) &&
	     allow_when(f, SCMP_SYS(tgkill), 0, UINT64_MAX, (uint64_t)getpid()) &&
	     seccomp_load(f) == 0;
	seccomp_release(f);
	return ok || err_set(e, ERR_IO, "the list of system calls is not accepted");
}

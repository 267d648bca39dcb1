/* poppler_filter: a constant BPF program, so that nothing is computed or allocated after
 * fork. SPDX-License-Identifier: Apache-2.0
 */
#include "doc/poppler_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __x86_64__
#define FILTER_ARCH AUDIT_ARCH_X86_64
#define FILTER_HIGH 0x40000000u /* numbers of the x32 interface begin here */
#define FILTER_OLD_CALLS                                                                 \
	DENY(__NR_fork), DENY(__NR_vfork), DENY(__NR_unlink), DENY(__NR_rename),         \
		DENY(__NR_mkdir), DENY(__NR_rmdir), DENY(__NR_link), DENY(__NR_symlink), \
		DENY(__NR_chmod), DENY(__NR_chown), DENY(__NR_lchown), DENY(__NR_creat), \
		DENY(__NR_mknod), DENY(__NR_utime), DENY(__NR_utimes), DENY(__NR_iopl),  \
		DENY(__NR_ioperm), DENY(__NR_uselib),
#define FILTER_OLD_OPEN DENY_WRITING(__NR_open, 1),
#elif defined __aarch64__
#define FILTER_ARCH AUDIT_ARCH_AARCH64
#define FILTER_HIGH 0x40000000u
#define FILTER_OLD_CALLS
#define FILTER_OLD_OPEN
#else
#error "write the filter of system calls for this processor"
#endif

#define LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* Little-endian: the low half of an argument comes first. */
#define LOAD_ARG(n) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + (n)*8)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define REFUSE(code) RETURN(SECCOMP_RET_ERRNO | (code))
/* A system call that is refused. */
#define DENY(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 1), REFUSE(EPERM)
#define DENY_AS_UNKNOWN(nr) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 1), REFUSE(ENOSYS)
/* One refused when its argument n has a bit of `bits`, or (…_UNLESS) has it not. */
#define DENY_BITS(nr, n, bits)                                                     \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 4), LOAD_ARG(n),              \
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), 0, 1), REFUSE(EPERM), \
		RETURN(SECCOMP_RET_ALLOW)
#define DENY_UNLESS(nr, n, bits)                                                   \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 4), LOAD_ARG(n),              \
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), 1, 0), REFUSE(EPERM), \
		RETURN(SECCOMP_RET_ALLOW)
#define DENY_WRITING(nr, n) \
	DENY_BITS(nr, n, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)

static const struct sock_filter program[] = {
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FILTER_ARCH, 1, 0),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	LOAD(nr),
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FILTER_HIGH, 0, 1),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	/* no network, neither made nor found */
	DENY(__NR_socket),
	DENY(__NR_socketpair),
	DENY(__NR_connect),
	DENY(__NR_bind),
	DENY(__NR_listen),
	DENY(__NR_accept),
	DENY(__NR_accept4),
	DENY(__NR_sendto),
	DENY(__NR_sendmsg),
	DENY(__NR_sendmmsg),
	/* nobody else's memory, no signals to others */
	DENY(__NR_ptrace),
	DENY(__NR_process_vm_readv),
	DENY(__NR_process_vm_writev),
	DENY(__NR_kill),
	DENY(__NR_tkill),
	DENY(__NR_rt_sigqueueinfo),
	DENY(__NR_pidfd_open),
	DENY(__NR_pidfd_getfd),
	DENY(__NR_pidfd_send_signal),
	DENY(__NR_kcmp),
	/* files are read and nothing more */
	DENY(__NR_unlinkat),
	DENY(__NR_renameat2),
	DENY(__NR_renameat),
	DENY(__NR_mkdirat),
	DENY(__NR_linkat),
	DENY(__NR_symlinkat),
	DENY(__NR_mknodat),
	DENY(__NR_fchmod),
	DENY(__NR_fchmodat),
	DENY(__NR_fchown),
	DENY(__NR_fchownat),
	DENY(__NR_truncate),
	DENY(__NR_utimensat),
	DENY(__NR_setxattr),
	DENY(__NR_fsetxattr),
	DENY(__NR_open_by_handle_at),
	/* the kernel's wide surfaces */
	DENY(__NR_unshare),
	DENY(__NR_setns),
	DENY(__NR_mount),
	DENY(__NR_umount2),
	DENY(__NR_pivot_root),
	DENY(__NR_chroot),
	DENY(__NR_bpf),
	DENY(__NR_perf_event_open),
	DENY(__NR_userfaultfd),
	DENY(__NR_keyctl),
	DENY(__NR_add_key),
	DENY(__NR_request_key),
	DENY(__NR_io_uring_setup),
	DENY(__NR_io_setup),
	DENY(__NR_init_module),
	DENY(__NR_finit_module),
	DENY(__NR_kexec_load),
	DENY(__NR_reboot),
	DENY(__NR_swapon),
	DENY(__NR_personality),
	DENY(__NR_quotactl),
	DENY(__NR_acct),
	DENY(__NR_settimeofday),
	DENY(__NR_clock_settime),
	DENY(__NR_sethostname),
	FILTER_OLD_CALLS
		/* newer forms whose arguments cannot be looked at: programs fall back */
		DENY_AS_UNKNOWN(__NR_clone3),
	DENY_AS_UNKNOWN(__NR_openat2),
	/* threads, not processes */
	DENY_UNLESS(__NR_clone, 0, CLONE_THREAD),
	FILTER_OLD_OPEN DENY_WRITING(__NR_openat, 2),
	RETURN(SECCOMP_RET_ALLOW),
};

bool filter_enter(void)
{
	struct sock_fprog filter = {
		.len = sizeof program / sizeof *program,
		/* The kernel reads it only; its type does not say so. */
		.filter = (struct sock_filter *)(uintptr_t)program,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

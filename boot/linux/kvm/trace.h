/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace.h - the kernel's word that a vCPU's counter was set: the tracepoint kvm:kvm_write_tsc_offset, of all
 * CPUs that are there now. It fires as a vCPU is made, as a machine is restored, and as a guest sets its
 * counter; not where a nested guest begins or ends.
 */
#ifndef LINUX_KVM_TRACE_H
#define LINUX_KVM_TRACE_H

#include <sys/types.h>

struct kvm_trace;

/*
 * Begins to listen. Takes root, or CAP_PERFMON (with Debian's kernels kernel.perf_event_paranoid of at most 2, too,
 * which is 3 there); KVM, which cannot be unloaded meanwhile; tracefs; and two pages and a descriptor a CPU. What
 * comes from a CPU that was not there is never heard, nor from one that has gone since and come again. Returns null
 * with why not, for people.
 */
struct kvm_trace *kvm_trace_open(const char **why);

void kvm_trace_close(struct kvm_trace *trace);

/* Readable when something happened. */
int kvm_trace_fd(const struct kvm_trace *trace);

/*
 * Calls `set` with each process whose threads did it since the last call, at least once; 0: some were lost, it may
 * be any. Bounded by what the kernel keeps of one moment: a page a CPU.
 */
void kvm_trace_hear(struct kvm_trace *trace, void (*set)(void *context, pid_t pid), void *context);

#endif

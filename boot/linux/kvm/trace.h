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
 * Begins to listen. Takes CAP_PERFMON (or root), tracefs, and two pages and a descriptor a CPU. Returns null
 * with why not, for people.
 */
struct kvm_trace *kvm_trace_open(const char **why);

/* Readable when something happened. */
int kvm_trace_fd(const struct kvm_trace *trace);

/*
 * Calls `set` for each time since the last call, with the process whose thread did it; 0: some were lost, it may
 * be any. Bounded by what the kernel keeps of one moment: a page a CPU.
 */
void kvm_trace_hear(struct kvm_trace *trace, void (*set)(void *context, pid_t pid), void *context);

#endif

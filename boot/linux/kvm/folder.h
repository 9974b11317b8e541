/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * folder.h - what the kernel shows of a KVM guest in debugfs: how its counters lie to the host's.
 *
 *     ROOT/kvm/PID-FD/vcpuN/tsc-offset, tsc-scaling-ratio, tsc-scaling-ratio-frac-bits, guest_mode
 *
 * PID is the thread that made the machine, FD its descriptor of it.
 */
#ifndef LINUX_KVM_FOLDER_H
#define LINUX_KVM_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define KVM_DEBUGFS "/sys/kernel/debug"
#define KVM_MAX_VCPUS 4096u

/* guest counter = ((host counter * ratio) >> frac_bits) + offset, of 64 bits each time. */
struct kvm_clock {
    uint64_t offset; /* a negative one as its two's complement */
    uint64_t ratio;  /* 0: there is none, and the host's counter is not scaled */
    uint8_t frac_bits;
};

/* A machine's folder. */
struct kvm_folder {
    int fd; /* -1: not open */
    pid_t thread;
    int vm_fd;         /* of the machine, in its process */
    uint16_t *vcpus;   /* their numbers */
    size_t vcpu_count; /* as of `links` */
    uint64_t links;    /* of the folder: another number is another set of vCPUs */
};

/* Whether a name in ROOT/kvm is a machine's: PID-FD. */
bool kvm_folder_parse(const char *name, pid_t *thread, int *vm_fd);

/*
 * Opens the folder of a process's machine, and makes sure that the process has that machine open, by a
 * descriptor that is closed where another program is run, as KVM makes them: whoever has run another one since
 * has not.
 *
 * debugfs: null: KVM_DEBUGFS; another one is a test's, whose machines are eventfds. Returns 0, or -1 having
 * said why: no debugfs, no such folder, several machines.
 */
int kvm_folder_open(const char *debugfs, pid_t pid, struct kvm_folder *folder);

void kvm_folder_close(struct kvm_folder *folder);

/*
 * The relation that all of its vCPUs have. What a nested guest has is not taken for it. Bounded.
 *
 * clock: in: what it was before. Returns null, or why it is not known now, for people; then *clock is
 * untouched, and where the text begins with "a nested" no vCPU shows another one.
 */
const char *kvm_folder_read(struct kvm_folder *folder, struct kvm_clock *clock);

/*
 * Whether all vCPUs still show this: two files of each are read. False may also mean that a nested guest
 * runs: see kvm_folder_read.
 */
bool kvm_folder_still(struct kvm_folder *folder, const struct kvm_clock *clock);

#endif

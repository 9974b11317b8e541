/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * folders.h - a debugfs of the test's own, with a KVM guest of this process, which changes between the publisher's
 * looks where the test wants.
 */
#ifndef VMCLOCK_TESTS_UNIT_PUBLISH_FOLDERS_H
#define VMCLOCK_TESTS_UNIT_PUBLISH_FOLDERS_H

#include "boot/linux/kvm/folder.h"

extern char root[64];
extern int machine_fd;           /* the machine, an eventfd */
extern struct kvm_folder folder; /* open_it's */
extern struct kvm_clock clock_seen;
extern unsigned looks; /* at guest_mode, since before_look was set */
extern void (*before_look)(unsigned look);

/* cmocka's: a debugfs without machines, or with one of one vCPU at -5, opened; and its end. */
int fresh(void **state);
int with_machine(void **state);
int remove_all(void **state);

/* A folder in ROOT/kvm. */
void make(const char *format, ...);

/* A file of a vCPU, which is made; null: none. Or those that it has at least. */
void put(unsigned vcpu, const char *name, const char *text);
void put_vcpu(unsigned vcpu, const char *offset);

/* Opens the folder of the machine, which is there. */
void open_it(void);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vm.h - what a guest runs on.
 */
#ifndef LINUX_VM_H
#define LINUX_VM_H

enum guest_arch { GUEST_ARCH_ANY = 0, GUEST_ARCH_X86_64, GUEST_ARCH_AARCH64 };

/* Who executes the guest's instructions. */
enum accelerator {
    ACCELERATOR_NONE = 0, /* there is no machine: this host itself */
    ACCELERATOR_TCG,
    ACCELERATOR_KVM,
    ACCELERATOR_UNKNOWN
};

#endif

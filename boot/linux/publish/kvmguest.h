/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kvmguest.h - a KVM guest: its page is found in its memory, its counter is seen in debugfs, and nothing is
 * waited for. What is not there yet is asked for again: guest_retry.
 */
#ifndef PUBLISH_KVMGUEST_H
#define PUBLISH_KVMGUEST_H

#include "boot/linux/publish/guest.h"

/* Takes hold of its process. Returns 0, or -1 having said why. */
int kvm_begin(struct guest *guest);

/* All that is lacking; LIVE, or to be retried, behind it. Returns 0, or -1 having said why. */
int kvm_try(struct guest *guest);

void kvm_end(struct guest *guest);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.h - when the driver sets the firmware's clock, by its user's words.
 */
#ifndef VMCLOCK_BOOT_EFI_POLICY_H
#define VMCLOCK_BOOT_EFI_POLICY_H

#include <vmclock/types.h>

enum policy_when { POLICY_NEVER, POLICY_IF_OFF, POLICY_ALWAYS };

struct policy {
    enum policy_when when;
    int64_t off_sec; /* POLICY_IF_OFF: if it is off by more */
    uint8_t wrong;   /* the words are none of these, and count as never */
};

/*
 * The policy of "set=never", "set=always" or "set=N", N from 1 to a billion seconds.
 *
 * words: bytes, of ASCII or of UTF-16 with the low byte first, as load options and variables have them. Blanks
 * and ends of lines around the word, and a zero and what is behind it, mean nothing. Returns 0 if there is no word at
 * all, which is never.
 */
int policy_parse(const void *words, size_t size, struct policy *policy);

#endif

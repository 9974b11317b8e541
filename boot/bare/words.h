/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.h - the words that an image is started with; those of the EFI time check that make sense here.
 */
#ifndef VMCLOCK_BOOT_BARE_WORDS_H
#define VMCLOCK_BOOT_BARE_WORDS_H

#include <stdint.h>

struct words {
    uint32_t max_tries; /* --tries N: of one snapshot; and 20 N readings of a page not ready */
    uint8_t serve;      /* --serve: answer questions afterwards */
};

/* Returns 0, or -1 after a message on standard error about a word that is not known. */
int words_parse(const char *text, struct words *words);

#endif

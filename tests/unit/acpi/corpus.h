/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * corpus.h - compiled tables of tests/data/acpi with the oracle that each source carries.
 */
#ifndef VMCLOCK_TEST_CORPUS_H
#define VMCLOCK_TEST_CORPUS_H

#include <stddef.h>
#include <stdint.h>
#include <vmclock/region.h>

#define MAX_EXPECTED 4

struct expected {
    uint64_t phys;
    uint64_t length;
    uint32_t interrupt[2];
    int has_interrupt;
};

struct sample {
    char name[64];
    uint8_t *table; /* exactly length bytes of heap */
    size_t length;
    char error[32]; /* what is expected: an error's short name, or "ok" with regions */
    struct expected regions[MAX_EXPECTED];
    size_t count;
};

struct corpus {
    struct sample *samples;
    size_t count;
};

/* Reads every NAME.asl of one directory and its NAME.aml of the other; exits on any trouble. */
void corpus_load(struct corpus *corpus, const char *sources, const char *tables);
/* Reads tables that have no oracle. */
void corpus_load_tables(struct corpus *corpus, char **paths, size_t count);

void corpus_free(struct corpus *corpus);

#endif

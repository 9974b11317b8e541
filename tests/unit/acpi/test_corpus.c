/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every table of the corpus gives what its source says, and whatever is done to its bytes gives a
 * named result without an access outside (the build has the address sanitizer).
 *
 * test_corpus SOURCES TABLES: the directories of the .asl and of the .aml files.
 * test_corpus --changes FILE...: tables without an oracle.
 */
#include <stdio.h>
#include "corpus.h"
#include "firmware.h"

struct seen {
    struct vmclock_region regions[MAX_EXPECTED];
    size_t count;
};

static int see(void *context, int error, const struct vmclock_region *region)
{
    struct seen *seen = context;

    assert_true(is_named_result(error));
    if (error == 0 && seen->count < MAX_EXPECTED)
        seen->regions[seen->count++] = *region;
    return 0;
}

static void as_its_source_says(void **state)
{
    const struct sample *sample = *state;
    const struct expected *expected;
    struct seen seen;
    size_t i;
    int error;

    seen.count = 0;
    error = vmclock_acpi_scan_table(sample->table, sample->length, see, &seen);
    assert_string_equal(vmclock_error_name(error), sample->error);
    assert_int_equal(seen.count, sample->count);
    for (i = 0; i < sample->count; i++) {
        expected = &sample->regions[i];
        assert_int_equal(seen.regions[i].phys, expected->phys);
        assert_int_equal(seen.regions[i].length, expected->length);
        assert_int_equal(seen.regions[i].interrupt_cells, expected->has_interrupt ? 2 : 0);
        assert_int_equal(seen.regions[i].interrupt[0], expected->interrupt[0]);
        assert_int_equal(seen.regions[i].interrupt[1], expected->interrupt[1]);
        assert_int_equal(seen.regions[i].origin_signature & 0xffffff00, 0x54445300); /* ?SDT */
    }
}

/* Whatever is found must be a usable range. */
static int check_range(void *context, int error, const struct vmclock_region *region)
{
    (void)context;
    assert_true(is_named_result(error));
    if (error == 0) {
        assert_true(region->length != 0);
        assert_true(region->phys <= UINT64_MAX - region->length);
    }
    return 0;
}

/* Scans a copy with good length and checksum that ends where its memory ends. */
static int scan_copy(const uint8_t *bytes, size_t length)
{
    uint8_t *copy = malloc(length);
    int error;

    memcpy(copy, bytes, length);
    if (length >= 36) {
        put32(copy + 4, length);
        table_fix(copy);
    }
    error = vmclock_acpi_scan_table(copy, length, check_range, NULL);
    assert_true(is_named_result(error));
    free(copy);
    return error;
}

static void cut_at_every_length(void **state)
{
    const struct sample *sample = *state;
    uint8_t *copy;
    size_t length;

    for (length = 1; length < sample->length; length++) {
        assert_int_equal(scan_copy(sample->table, length) == VMCLOCK_ERR_TABLE, length < 36);
        copy = malloc(length); /* and without making it good */
        memcpy(copy, sample->table, length);
        assert_int_equal(vmclock_acpi_scan_table(copy, length, check_range, NULL),
                         VMCLOCK_ERR_TABLE);
        free(copy);
    }
}

static void every_byte_changed(void **state)
{
    const struct sample *sample = *state;
    uint8_t kept;
    size_t i;

    for (i = 0; i < sample->length; i++) {
        kept = sample->table[i];
        sample->table[i] = 0;
        scan_copy(sample->table, sample->length);
        sample->table[i] = 0xff;
        scan_copy(sample->table, sample->length);
        sample->table[i] = (uint8_t)(kept + 1);
        scan_copy(sample->table, sample->length);
        sample->table[i] = kept;
    }
}

static void bytes_changed_at_random(void **state)
{
    const struct sample *sample = *state;
    uint8_t *copy = malloc(sample->length);
    uint32_t random = 2463534242u;
    unsigned round, change;

    for (round = 0; round < 500; round++) {
        memcpy(copy, sample->table, sample->length);
        for (change = 0; change < 4; change++) {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            copy[random % sample->length] = (uint8_t)(random >> 24);
        }
        scan_copy(copy, sample->length);
    }
    free(copy);
}

static const struct {
    const char *name;
    CMUnitTestFunction run;
} kinds[] = {
    {"cut at every length", cut_at_every_length},
    {"every byte changed", every_byte_changed},
    {"bytes changed at random", bytes_changed_at_random},
    {"as its source says", as_its_source_says},
};

/* Runs the first so many kinds of test on each sample. */
static int run(const struct corpus *corpus, size_t each)
{
    struct CMUnitTest *tests = calloc(corpus->count * each, sizeof *tests);
    char(*names)[128] = calloc(corpus->count * each, sizeof *names);
    size_t i;
    int failed;

    for (i = 0; i < corpus->count * each; i++) {
        snprintf(names[i], sizeof *names, "%s: %s", corpus->samples[i / each].name,
                 kinds[i % each].name);
        tests[i].name = names[i];
        tests[i].test_func = kinds[i % each].run;
        tests[i].initial_state = &corpus->samples[i / each];
    }
    failed = _cmocka_run_group_tests("corpus", tests, corpus->count * each, NULL, NULL);
    free(tests);
    free(names);
    return failed;
}

int main(int argc, char **argv)
{
    struct corpus corpus;
    int failed;

    if (argc < 3)
        return 2;
    if (strcmp(argv[1], "--changes") == 0) {
        corpus_load_tables(&corpus, argv + 2, (size_t)argc - 2);
        failed = run(&corpus, 3);
    } else {
        corpus_load(&corpus, argv[1], argv[2]);
        failed = run(&corpus, 4);
    }
    corpus_free(&corpus);
    return failed;
}

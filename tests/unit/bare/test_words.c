/* SPDX-License-Identifier: BSD-2-Clause */
/* The words that a bare image is started with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/page.h>
#include "boot/bare/words.h"

#define LONGEST 255

/* What words_parse returns; what it says on standard error goes to said. */
static int parse(const char *text, struct words *words, char said[200])
{
    FILE *terminal = stderr, *kept = tmpfile();
    int result;

    assert_non_null(kept);
    stderr = kept;
    result = words_parse(text, words);
    stderr = terminal;
    rewind(kept);
    said[fread(said, 1, 199, kept)] = '\0';
    (void)fclose(kept);
    return result;
}

static void good(void **state)
{
    static const struct {
        const char *text;
        uint32_t max_tries;
        int serve;
    } cases[] = {
        {"", VMCLOCK_MAX_TRIES_DEFAULT, 0},
        {"   ", VMCLOCK_MAX_TRIES_DEFAULT, 0},
        {"--serve", VMCLOCK_MAX_TRIES_DEFAULT, 1},
        {"  --serve  --tries  7 ", 7, 1},
        {"--tries 1", 1, 0},
        {"--tries 4294967295", UINT32_MAX, 0},
        {"--tries 5 --tries 6", 6, 0},
    };
    char said[200];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct words words = {123, 45};

        assert_int_equal(parse(cases[i].text, &words, said), 0);
        assert_int_equal(words.max_tries, cases[i].max_tries);
        assert_int_equal(words.serve, cases[i].serve);
        assert_string_equal(said, "");
    }
}

static void wrong(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"serve", "unknown word: serve"},
        {"--serve --now", "unknown word: --now"},
        {"--serve7", "unknown word: --serve7"},
        {"--tries", "--tries takes 1 to 4294967295, not nothing"},
        {"--tries 0", "--tries takes 1 to 4294967295, not 0"},
        {"--tries 4294967296", "--tries takes 1 to 4294967295, not 4294967296"},
        {"--tries --serve", "--tries takes 1 to 4294967295, not --serve"},
        {"--tries 5x", "--tries takes 1 to 4294967295, not 5x"},
    };
    struct words words;
    char said[200], line[200];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_int_equal(parse(cases[i].text, &words, said), -1);
        (void)snprintf(line, sizeof(line), "%s; there is --serve and --tries N\n", cases[i].said);
        assert_string_equal(said, line);
    }
}

static void longest(void **state)
{
    char *text = malloc(LONGEST + 2); /* its end is the sanitizer's */
    char said[200];
    struct words words;

    (void)state;
    memset(text, ' ', LONGEST + 1);
    memcpy(text + LONGEST - 7, "--serve", 7);
    text[LONGEST] = '\0';
    assert_int_equal(parse(text, &words, said), 0);
    assert_int_equal(words.serve, 1);
    text[LONGEST] = ' ';
    text[LONGEST + 1] = '\0';
    assert_int_equal(parse(text, &words, said), -1);
    assert_string_equal(said, "too many words; there is --serve and --tries N\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good),
        cmocka_unit_test(wrong),
        cmocka_unit_test(longest),
    };
    return cmocka_run_group_tests_name("bare.words", tests, NULL, NULL);
}

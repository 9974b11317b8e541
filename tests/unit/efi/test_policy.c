/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words that tell the driver when to set the firmware's clock.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "boot/efi/policy.h"

/* From memory of exactly that size, so that the sanitizer sees a read beyond it. */
static struct policy policy_of(const void *words, size_t size, int has_word)
{
    struct policy policy = {POLICY_ALWAYS, -1, 2};
    void *exact = malloc(size + !size);

    assert_non_null(exact);
    memcpy(exact, words, size);
    assert_int_equal(policy_parse(exact, size, &policy), has_word);
    free(exact);
    return policy;
}

/* In each way in which firmwares, shells and systems keep text. */
static void assert_policy(const char *words, enum policy_when when, int64_t off_sec)
{
    const size_t length = strlen(words);
    const int has_word = words[strspn(words, " ")] != 0;
    char wide[2 * 64] = "";

    assert_true(length < 64);
    for (size_t i = 0; i < length; i++)
        wide[2 * i] = words[i];
    for (unsigned form = 0; form < 4; form++) {
        const size_t end = form & 1;
        struct policy policy = form < 2 ? policy_of(words, length + end, has_word)
                                        : policy_of(wide, 2 * (length + end), has_word);

        assert_int_equal(policy.wrong, 0);
        assert_int_equal(policy.when, when);
        assert_int_equal(policy.off_sec, off_sec);
    }
}

static void assert_wrong(const void *words, size_t size)
{
    struct policy policy = policy_of(words, size, 1);

    assert_int_equal(policy.wrong, 1);
    assert_int_equal(policy.when, POLICY_NEVER);
}

static void words(void **state)
{
    (void)state;
    assert_policy("", POLICY_NEVER, 0);
    assert_policy("set=never", POLICY_NEVER, 0);
    assert_policy("set=always", POLICY_ALWAYS, 0);
    assert_policy("set=1", POLICY_IF_OFF, 1);
    assert_policy("set=1000000000", POLICY_IF_OFF, 1000000000);
    assert_policy("set=always\n", POLICY_ALWAYS, 0);
    assert_policy(" set=5 \r\n", POLICY_IF_OFF, 5);
    assert_policy("   ", POLICY_NEVER, 0);
}

static void wrong_words(void **state)
{
    static const char *const wrong[] = {
        "always",
        "set",
        "set=",
        "set=0",
        "set=-1",
        "set=1000000001",
        "set=1s",
        "set=alway",
        "set=alwaysx",
        "Set=always",
        "set = always",
        "set=always now",
        "xset=always",
        "set=always;set=never",
        "set=00000000000000000000000000000001",
    };
    /* What is good without its end: of 31 letters it is read to there, and blanks count. */
    static const char letters[] = "set=000000000000000000000000005x";
    static const char blanks[] = "set=always                     x";
    static const unsigned char bytes[] = {'s', 'e', 't', '=', '5', 0x80};
    static const unsigned char mixed[] = {'s', 0, 'e', 0, 't', 1, '=', 0, '5', 0};

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_wrong(wrong[i], strlen(wrong[i]));
    assert_policy("set=000000000000000000000000005", POLICY_IF_OFF, 5);
    assert_wrong(letters, strlen(letters));
    assert_wrong(blanks, strlen(blanks));
    assert_wrong(bytes, sizeof(bytes));
    assert_wrong(mixed, sizeof(mixed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(wrong_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

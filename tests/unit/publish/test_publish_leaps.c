/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of leap seconds that cannot be: each is refused as a whole, by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/leaps.h"

#define HEAD "# comment\n#@\t3707596800\n"
#define LINE_2015 "3644697600\t36\t# 1 Jul 2015\n"
#define LINE_2017 "3692217600\t37\t# 1 Jan 2017\n"

static char path[] = "/tmp/vmclock-leaps-XXXXXX";

static int make_place(void **state)
{
    (void)state;
    return mkdtemp(path) && chdir(path) == 0 ? 0 : -1;
}

static int remove_place(void **state)
{
    (void)state;
    unlink("list");
    return chdir("/") == 0 && rmdir(path) == 0 ? 0 : -1;
}

static int load(const char *text, struct leap_list *list)
{
    FILE *file = fopen("list", "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return leaps_load("list", list);
}

static void assert_empty(const struct leap_list *list)
{
    assert_int_equal(list->count, 0);
    assert_true(list->expires_unix_sec == 0);
}

static void assert_refused(const char *text, const char *why)
{
    struct leap_list list = {.count = 7, .expires_unix_sec = 7};

    assert_int_equal(load(text, &list), -1);
    assert_empty(&list);
    if (strncmp(last_failure(), "leaps: list: ", 13) || !strstr(last_failure(), why))
        fail_msg("'%s' for '%s'", last_failure(), text);
}

static void good_lists(void **state)
{
    struct leap_list list;

    (void)state;
    assert_int_equal(load(HEAD LINE_2015 "\n" LINE_2017, &list), 0);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.entries[1].offset_sec, 37);
    assert_true(list.expires_unix_sec == INT64_C(1498608000)); /* 2017-06-28 */
    assert_int_equal(load(LINE_2015 "3692217600 035 # negative, and decimal\n", &list), 0);
    assert_int_equal(list.entries[1].offset_sec, 35);
    assert_int_equal(load("", &list), 0);
    assert_empty(&list);
}

/* Where nothing else has the number 0, the list is read by that. */
static void first_descriptor(void **state)
{
    const int input = dup(0);
    struct leap_list list;

    (void)state;
    assert_int_equal(load(LINE_2017, &list), 0);
    memset(&list, 0, sizeof(list));
    close(0);
    assert_int_equal(leaps_load("list", &list), 0);
    assert_int_equal(list.count, 1);
    assert_true(input < 0 || dup2(input, 0) == 0);
    close(input);
}

static void absurd_lists(void **state)
{
    (void)state;
    assert_refused(LINE_2015 "99999999999999999999\t37\n", "line 2: no line of");
    assert_refused("1099511627777\t37\n", "no line of");
    assert_refused("-3644697600\t37\n", "no line of");
    assert_refused(LINE_2015 "3692217600\t65573\n", "10 to 99 s"); /* 37 in 16 bits */
    assert_refused(LINE_2015 "3692217600\t18446744073709551653\n", "no line of");
    assert_refused("3692217600\t100\n", "10 to 99 s");
    assert_refused("3692217600\t9\n", "10 to 99 s");
    assert_refused(LINE_2015 "3692217600\t38\n", "line 2: a step");
    assert_refused(LINE_2015 "3692217600\t36\n", "a step");
    assert_refused(LINE_2017 "3644697600\t38\n", "not later");
    assert_refused(LINE_2017 "3692217600\t38\n", "not later");
    assert_refused("3692217601\t37\n", "start of a UTC month");
    assert_refused("#@\t99999999999999999999\n" LINE_2017, "line 1: an absurd expiry");
    assert_refused("#@\tnever\n" LINE_2017, "expiry");
    assert_refused(LINE_2015 "<html>\n", "line 2: no line of");
    assert_refused("3692217600\n", "no line of");
    assert_refused("3692217600\t37x\n", "no line of");
    assert_refused(LINE_2015 "3692217600\t3", "cut off");
}

/* What follows 255 bytes of comment is no line of its own. */
static void long_lines(void **state)
{
    char text[600];

    (void)state;
    memset(text, ' ', 255);
    text[0] = '#';
    strcpy(text + 255, LINE_2017);
    assert_refused(text, "too long");
}

static void too_many(void **state)
{
    char text[4096] = "";

    (void)state;
    for (int i = 0; i <= LEAPS_MAX; i++) {
        struct tm date = {.tm_year = 72, .tm_mon = i, .tm_mday = 1};

        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%lld\t%d\n",
                 (long long)timegm(&date) + 2208988800LL, 10 + i % 2);
        if (i == LEAPS_MAX - 1) {
            struct leap_list list;

            assert_int_equal(load(text, &list), 0);
            assert_int_equal(list.count, LEAPS_MAX);
        }
    }
    assert_refused(text, "too many");
}

static void not_files(void **state)
{
    struct leap_list list = {.count = 7};

    (void)state;
    unlink("list");
    assert_int_equal(leaps_load("list", &list), 0); /* missing */
    assert_empty(&list);
    assert_int_equal(mkfifo("list", 0600), 0);
    list.count = 7;
    assert_int_equal(leaps_load("list", &list), -1);
    assert_empty(&list);
    assert_string_equal(last_failure(), "leaps: list: no regular file");
    assert_int_equal(unlink("list"), 0);
    assert_int_equal(leaps_load(".", &list), -1);
    assert_string_equal(last_failure(), "leaps: .: no regular file");
}

/* A kernel may be told 100000 s; 16 bits of that would be an offset too. */
static void absurd_kernel(void **state)
{
    struct leap_memory memory = {.option_offset_sec = 37};
    struct host_kernel kernel = {.tai_offset_sec = 65536 + 36};
    struct leap_knowledge known;

    (void)state;
    leaps_at(&memory, &kernel, 1800000000, &known);
    assert_int_equal(known.tai_minus_utc_sec, 37);
    kernel.tai_offset_sec = 100;
    leaps_at(&memory, &kernel, 1800000000, &known);
    assert_int_equal(known.tai_minus_utc_sec, 37);
    kernel.tai_offset_sec = 38;
    leaps_at(&memory, &kernel, 1800000000, &known);
    assert_int_equal(known.tai_minus_utc_sec, 38);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_lists),       cmocka_unit_test(absurd_lists),
        cmocka_unit_test(first_descriptor), cmocka_unit_test(long_lines),
        cmocka_unit_test(too_many),         cmocka_unit_test(not_files),
        cmocka_unit_test(absurd_kernel),
    };

    return cmocka_run_group_tests(tests, make_place, remove_place);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers that people write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "boot/report/number.h"

static void assert_number(const char *text, int64_t wanted)
{
    int64_t value = ~wanted;

    if (!number_parse(text, INT64_MIN, INT64_MAX, &value) || value != wanted)
        fail_msg("'%s' is %lld, not %lld", text, (long long)value, (long long)wanted);
}

static void numbers(void **state)
{
    (void)state;
    assert_number("0", 0);
    assert_number("37", 37);
    assert_number("037", 37);
    assert_number("0000000000000000000000000000037", 37);
    assert_number("08", 8);
    assert_number("0x25", 37);
    assert_number("0xfeffB000", 0xfeffb000);
    assert_number("-37", -37);
    assert_number("-0x25", -37);
    assert_number("-0", 0);
    assert_number("9223372036854775807", INT64_MAX);
    assert_number("-9223372036854775808", INT64_MIN);
    assert_number("-0x8000000000000000", INT64_MIN);
}

static void no_numbers(void **state)
{
    static const char *const texts[] = {"",
                                        " 37",
                                        "\t37",
                                        "37 ",
                                        "+37",
                                        "--37",
                                        "- 37",
                                        "-",
                                        "0x",
                                        "0X25",
                                        "0o45",
                                        "0b1",
                                        "x25",
                                        "37s",
                                        "3_7",
                                        "3,7",
                                        "3.7",
                                        "1e3",
                                        "0x 25",
                                        "0x-25",
                                        "0x0x25",
                                        "9223372036854775808",
                                        "-9223372036854775809",
                                        "18446744073709551653",
                                        "0x10000000000000000",
                                        "340282366920938463463374607431768211493"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        int64_t value = 7;

        if (number_parse(texts[i], INT64_MIN, INT64_MAX, &value) || value != 7)
            fail_msg("'%s' is %lld", texts[i], (long long)value);
    }
}

static void ranges(void **state)
{
    int64_t value = 7;

    (void)state;
    assert_false(number_parse("9", 10, 99, &value));
    assert_false(number_parse("100", 10, 99, &value));
    assert_false(number_parse("-1", 0, 99, &value));
    assert_true(value == 7);
    assert_true(number_parse("10", 10, 99, &value) && value == 10);
    assert_true(number_parse("99", 10, 99, &value) && value == 99);
}

static void scans(void **state)
{
    const char *text = "18446744073709551615 0xffffffffffffffffz";
    uint64_t value = 0;

    (void)state;
    assert_true(number_scan(&text, &value) && value == UINT64_MAX && *text == ' ');
    value = 0;
    assert_false(number_scan(&text, &value));
    assert_true(*text++ == ' ' && value == 0);
    assert_true(number_scan(&text, &value) && value == UINT64_MAX && *text == 'z');
    text = "18446744073709551616";
    assert_false(number_scan(&text, &value));
    assert_true(*text == '1' && value == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(no_numbers),
        cmocka_unit_test(ranges),
        cmocka_unit_test(scans),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

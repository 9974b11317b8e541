/* SPDX-License-Identifier: BSD-2-Clause */
/* The report as JSON and as one line: numbers that are negative, or too large for some, and none. */
#include <json-c/json.h>
#include <stdio.h>
#include "boot/linux/dump/output.h"
#include "derive.h"
#include "tests/unit/core/fixture.h"

static struct page_image page;
static struct test_counter counter;
static struct report report;

static int start(void **state)
{
    (void)state;
    memset(&counter, 0, sizeof counter);
    page_fill(page.bytes);
    page_put(page.bytes, AT_TAI_OFFSET, 2, (uint16_t)-37);
    page_put(page.bytes, AT_LEAP, 1, 0);
    counter.value = good_snapshot().ref_counter;
    return 0;
}

static struct json_object *object(void)
{
    struct vmclock clk;
    open_with(&clk, page.bytes, sizeof page, &counter);
    report_init(&report, 0);
    report_read(&report, &clk);
    return output_object(&report);
}

static void assert_number(struct json_object *in, const char *key, int64_t value)
{
    struct json_object *found = json_object_object_get(in, key);
    assert_int_equal(json_object_get_type(found), json_type_int);
    assert_true(json_object_get_int64(found) == value);
}

/* Before 1970, and before the reference point. */
static void negative_numbers(void **state)
{
    struct json_object *said;
    (void)state;
    page_put(page.bytes, AT_TIME_TYPE, 1, 1);
    page_put(page.bytes, AT_SEC, 8, 10);
    page_put(page.bytes, AT_FRAC, 8, 0);
    page_put(page.bytes, AT_MAXERROR, 8, 0);
    page_put(page.bytes, AT_PERIOD_MAXERROR, 8, 0);
    counter.value -= 2000000000;
    said = object();
    assert_number(said, "tai_sec", 8);
    assert_number(said, "age_ms", -2000);
    assert_number(said, "earliest_ns", INT64_C(-29000000000));
    json_object_put(said);
}

static void large_numbers(void **state)
{
    struct json_object *said;
    (void)state;
    page_put(page.bytes, AT_GENERATION, 8, UINT64_MAX);
    page_put(page.bytes, AT_MARKER, 8, UINT64_C(1) << 63);
    said = object();
    assert_true(json_object_get_uint64(json_object_object_get(said, "generation")) == UINT64_MAX);
    assert_string_equal(json_object_to_json_string(json_object_object_get(said, "generation")),
                        "18446744073709551615");
    assert_string_equal(
        json_object_to_json_string(json_object_object_get(said, "disruption_marker")),
        "9223372036854775808");
    json_object_put(said);
}

/* What begins with a digit is no number for that. */
static void texts(void **state)
{
    struct json_object *said = object();
    (void)state;
    assert_string_equal(json_object_to_json_string(json_object_object_get(said, "flags")),
                        "\"0x3ff\"");
    assert_string_equal(json_object_get_string(json_object_object_get(said, "utc")),
                        "2017-01-01T00:00:00.500000000Z");
    assert_number(said, "vmclock.format", 1);
    assert_true(json_object_object_get_ex(said, "page", NULL)); /* none: it is there, and null */
    assert_null(json_object_object_get(said, "page"));
    assert_non_null(strstr(json_object_get_string(json_object_object_get(said, "verdict")),
                           "2017-01-01T00:00:00.500000000Z, at most 56790 ns off"));
    json_object_put(said);
}

static void one_line(void **state)
{
    char line[400] = "", *end;
    FILE *file = tmpfile(), *own = stdout;
    (void)state;
    page_put(page.bytes, AT_STATUS, 1, 4);
    json_object_put(object());
    stdout = file;
    output_line(&report);
    stdout = own;
    rewind(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    end = strstr(line, " freq_hz=");
    assert_non_null(end);
    *end = 0;
    assert_string_equal(line, "state=unsynchronised error=unsynchronised seq=2 "
                              "disruption_marker=1234605616436508552 status=unreliable utc=none "
                              "tai_sec=none bound_ns=none age_ms=none");
}

/* What output_json prints of a small object. */
static void print_json(bool one_line, char text[80])
{
    struct json_object *small = json_object_new_object();
    FILE *file = tmpfile(), *own = stdout;
    size_t length;
    json_object_object_add(small, "page", json_object_new_string("/a/b"));
    stdout = file;
    output_json(small, one_line);
    stdout = own;
    rewind(file);
    length = fread(text, 1, 79, file);
    text[length] = 0;
    fclose(file);
}

/* For people, and a line for each look. */
static void json_forms(void **state)
{
    char text[80];
    (void)state;
    print_json(true, text);
    assert_string_equal(text, "{\"page\":\"/a/b\"}\n");
    print_json(false, text);
    assert_string_equal(text, "{\n  \"page\": \"/a/b\"\n}\n");
}

/* Each thing once, by its name; wrong and unusual are counted apart. */
static void findings(void **state)
{
    struct findings list = {.list = json_object_new_array()};
    (void)state;
    output_find(&list, true, "a", "first");
    output_find(&list, false, "b", "second");
    output_find(&list, true, "a", "again");
    output_find(&list, false, "c", "third");
    assert_int_equal(list.wrong, 1);
    assert_int_equal(list.unusual, 2);
    assert_string_equal(json_object_to_json_string_ext(list.list, JSON_C_TO_STRING_PLAIN),
                        "[{\"level\":\"wrong\",\"name\":\"a\",\"text\":\"first\"},"
                        "{\"level\":\"unusual\",\"name\":\"b\",\"text\":\"second\"},"
                        "{\"level\":\"unusual\",\"name\":\"c\",\"text\":\"third\"}]");
    json_object_put(list.list);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, start)
    const struct CMUnitTest tests[] = {
        TEST(negative_numbers), TEST(large_numbers), TEST(texts),
        TEST(one_line),         TEST(json_forms),    TEST(findings),
    };
    return cmocka_run_group_tests_name("dump.output", tests, NULL, NULL);
}

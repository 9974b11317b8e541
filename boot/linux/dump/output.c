/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "boot/linux/dump/output.h"

static void write_stdout(void *context, const char *text, size_t length)
{
    (void)context;
    fwrite(text, 1, length, stdout);
}

void output_text(const struct report *report)
{
    const struct report_sink sink = {write_stdout, NULL};

    report_print(report, &sink);
    fflush(stdout);
}

/* A line of the report as it comes, in pieces, and the object that it goes to. */
struct collector {
    struct json_object *object;
    char line[256];
    size_t filled;
};

static struct json_object *value_of(const char *text)
{
    char *end;

    if (!strcmp(text, "none"))
        return NULL;
    errno = 0;
    if (*text == '-') {
        long long value = strtoll(text, &end, 10);

        if (!errno && !*end)
            return json_object_new_int64(value);
    } else if (*text >= '0' && *text <= '9') {
        unsigned long long value = strtoull(text, &end, 10);

        if (!errno && !*end)
            return json_object_new_uint64(value);
    }
    return json_object_new_string(text);
}

/* The verdict has no '=' before its first space: "vmclock: ..." is its own. */
static void take_line(struct collector *collector)
{
    static const char verdict[] = "vmclock: ";
    char *line = collector->line, *equals = strchr(line, '=');

    if (!strncmp(line, verdict, sizeof(verdict) - 1)) {
        json_object_object_add(collector->object, "verdict",
                               json_object_new_string(line + sizeof(verdict) - 1));
    } else if (equals) {
        *equals = '\0';
        json_object_object_add(collector->object, line, value_of(equals + 1));
    }
}

static void collect(void *context, const char *text, size_t length)
{
    struct collector *collector = context;

    for (; length; length--, text++) {
        if (*text == '\n') {
            collector->line[collector->filled] = '\0';
            take_line(collector);
            collector->filled = 0;
        } else if (collector->filled < sizeof(collector->line) - 1) {
            collector->line[collector->filled++] = *text;
        }
    }
}

struct json_object *output_object(const struct report *report)
{
    struct collector collector = {.object = json_object_new_object()};
    const struct report_sink sink = {collect, &collector};

    report_print(report, &sink);
    return collector.object;
}

void output_json(struct json_object *object, bool one_line)
{
    puts(json_object_to_json_string_ext(
        object,
        (one_line ? JSON_C_TO_STRING_PLAIN : JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED) |
            JSON_C_TO_STRING_NOSLASHESCAPE));
    fflush(stdout);
    json_object_put(object);
}

void output_line(const struct report *report)
{
    static const char *const keys[] = {"state",  "error",   "seq",        "disruption_marker",
                                       "status", "utc",     "tai_sec",    "bound_ns",
                                       "age_ms", "freq_hz", "counter_now"};
    struct json_object *object = output_object(report);

    for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct json_object *value = json_object_object_get(object, keys[i]);

        printf("%s%s=%s", i ? " " : "", keys[i], value ? json_object_get_string(value) : "none");
    }
    putchar('\n');
    fflush(stdout);
    json_object_put(object);
}

void output_find(void *context, bool wrong, const char *name, const char *text)
{
    struct findings *findings = context;
    const char *level = wrong ? "wrong" : "unusual";
    struct json_object *found;

    for (size_t i = 0; i < json_object_array_length(findings->list); i++) {
        struct json_object *known = json_object_array_get_idx(findings->list, i);

        if (!strcmp(json_object_get_string(json_object_object_get(known, "name")), name))
            return;
    }
    if (wrong)
        findings->wrong++;
    else
        findings->unusual++;
    found = json_object_new_object();
    json_object_object_add(found, "level", json_object_new_string(level));
    json_object_object_add(found, "name", json_object_new_string(name));
    json_object_object_add(found, "text", json_object_new_string(text));
    json_object_array_add(findings->list, found);
    if (findings->printed) {
        printf("%s: %s: %s\n", level, name, text);
        fflush(stdout);
    }
}

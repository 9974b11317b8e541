/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.c - the lines of a report, and each of them as a member of an object.
 */
#include "boot/efi/json.h"
#include "boot/report/text.h"

struct json {
    struct text text; /* the object on its way out */
    char line[256];   /* of the report, without its end */
    size_t filled;
    uint8_t members; /* whether there are any yet */
};

static void put_string(struct text *text, const char *string, size_t length)
{
    text_put_char(text, '"');
    for (size_t i = 0; i < length; i++) {
        if (string[i] == '"' || string[i] == '\\')
            text_put_char(text, '\\');
        text_put_char(text, string[i] >= ' ' && string[i] <= '~' ? string[i] : '?');
    }
    text_put_char(text, '"');
}

static int is_number(const char *value, size_t length)
{
    size_t i = length > 0 && value[0] == '-';

    if (i == length)
        return 0;
    while (i < length && value[i] >= '0' && value[i] <= '9')
        i++;
    return i == length;
}

static int is(const char *value, size_t length, const char *word)
{
    size_t i = 0;

    while (i < length && word[i] && value[i] == word[i])
        i++;
    return i == length && !word[i];
}

static void put_value(struct text *text, const char *value, size_t length)
{
    if (is(value, length, "none"))
        text_put(text, "null");
    else if (is_number(value, length))
        for (size_t i = 0; i < length; i++)
            text_put_char(text, value[i]);
    else
        put_string(text, value, length);
}

/* "key=value"; of the verdict "vmclock: " is in front, and its '=', if it has any, is its own. */
static void take_line(struct json *json)
{
    static const char verdict[] = "vmclock: ";
    const size_t front = sizeof(verdict) - 1;
    size_t key = 0;

    if (!json->filled)
        return;
    text_put_char(&json->text, json->members ? ',' : '{');
    json->members = 1;
    if (json->filled >= front && is(json->line, front, verdict)) {
        text_put(&json->text, "\"verdict\":");
        put_string(&json->text, json->line + front, json->filled - front);
        return;
    }
    while (key < json->filled && json->line[key] != '=')
        key++;
    put_string(&json->text, json->line, key);
    text_put_char(&json->text, ':');
    if (key < json->filled)
        put_value(&json->text, json->line + key + 1, json->filled - key - 1);
    else
        text_put(&json->text, "null");
}

static void collect(void *context, const char *text, size_t length)
{
    struct json *json = context;

    for (; length; length--, text++) {
        if (*text == '\n') {
            take_line(json);
            json->filled = 0;
        } else if (json->filled < sizeof(json->line)) {
            json->line[json->filled++] = *text;
        }
    }
}

void json_print(const struct report *report, const struct report_sink *sink)
{
    struct json json;
    const struct report_sink lines = {collect, &json};

    json.filled = 0;
    json.members = 0;
    text_init(&json.text, sink);
    report_print(report, &lines);
    text_put_char(&json.text, '}');
    text_end_line(&json.text);
}

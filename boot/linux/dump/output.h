/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output.h - the report, and what lint found, as text or as JSON on stdout.
 */
#ifndef DUMP_OUTPUT_H
#define DUMP_OUTPUT_H

#include <json-c/json.h>
#include <stdbool.h>
#include "boot/linux/dump/lint.h"
#include "boot/report/report.h"

/* The report as the text that every environment prints. */
void output_text(const struct report *report);

/* The report in one line: what changes while a page is watched. */
void output_line(const struct report *report);

/* The report's keys as an object: numbers where they are, null where the report says none. */
struct json_object *output_object(const struct report *report);

/* Prints an object and releases it; on one line if asked. */
void output_json(struct json_object *object, bool one_line);

/* What lint found, each thing once. */
struct findings {
    unsigned wrong, unusual;
    struct json_object *list; /* array of {"level", "name", "text"} */
    bool printed;             /* a line each as they are found */
};

/* The sink that collects into findings, its context. */
void output_find(void *context, bool wrong, const char *name, const char *text);

#endif

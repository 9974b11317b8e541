/* SPDX-License-Identifier: BSD-2-Clause */
#define _POSIX_C_SOURCE 200809L /* scandir */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "corpus.h"

static void give_up(const char *what, const char *name)
{
    fprintf(stderr, "corpus: %s: %s\n", what, name);
    exit(2);
}

/* Expect: ok PHYS LENGTH [irq NUMBER FLAGS], once for each device; or an error's short name. */
static void read_expected(struct sample *sample, const char *text)
{
    struct expected *region = &sample->regions[sample->count];
    int fields;

    if (sscanf(text, "%31s", sample->error) != 1)
        give_up("no oracle", sample->name);
    if (strcmp(sample->error, "ok") != 0)
        return;
    if (sample->count == MAX_EXPECTED)
        give_up("too many regions", sample->name);
    fields = sscanf(text, "ok %" SCNx64 " %" SCNx64 " irq %" SCNx32 " %" SCNx32, &region->phys,
                    &region->length, &region->interrupt[0], &region->interrupt[1]);
    if (fields != 2 && fields != 4)
        give_up("bad oracle", sample->name);
    region->has_interrupt = fields == 4;
    sample->count++;
}

static void read_source(struct sample *sample, const char *path)
{
    static const char mark[] = "// Expect: ";
    FILE *file = fopen(path, "r");
    char line[256];

    if (file == NULL)
        give_up("cannot read", path);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, mark, sizeof mark - 1) == 0)
            read_expected(sample, line + sizeof mark - 1);
    }
    fclose(file);
    if (sample->error[0] == 0)
        give_up("no oracle", path);
}

static void read_table(struct sample *sample, const char *path)
{
    uint8_t buffer[65536];
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        give_up("cannot read", path);
    sample->length = fread(buffer, 1, sizeof buffer, file);
    fclose(file);
    if (sample->length < 36 || sample->length == sizeof buffer)
        give_up("bad size", path);
    sample->table = malloc(sample->length);
    memcpy(sample->table, buffer, sample->length);
}

static int is_source(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return length > 4 && length < 60 && strcmp(entry->d_name + length - 4, ".asl") == 0;
}

void corpus_load(struct corpus *corpus, const char *sources, const char *tables)
{
    struct dirent **names;
    struct sample *sample;
    char path[4096];
    int i, count = scandir(sources, &names, is_source, alphasort);

    if (count <= 0)
        give_up("no sources", sources);
    corpus->count = (size_t)count;
    corpus->samples = calloc(corpus->count, sizeof *corpus->samples);
    for (i = 0; i < count; i++) {
        sample = &corpus->samples[i];
        memcpy(sample->name, names[i]->d_name, strlen(names[i]->d_name) - 4);
        snprintf(path, sizeof path, "%s/%s.asl", sources, sample->name);
        read_source(sample, path);
        snprintf(path, sizeof path, "%s/%s.aml", tables, sample->name);
        read_table(sample, path);
        free(names[i]);
    }
    free(names);
}

void corpus_load_tables(struct corpus *corpus, char **paths, size_t count)
{
    size_t i;

    corpus->count = count;
    corpus->samples = calloc(count, sizeof *corpus->samples);
    for (i = 0; i < count; i++) {
        snprintf(corpus->samples[i].name, sizeof corpus->samples[i].name, "%zu", i);
        read_table(&corpus->samples[i], paths[i]);
    }
}

void corpus_free(struct corpus *corpus)
{
    size_t i;

    for (i = 0; i < corpus->count; i++)
        free(corpus->samples[i].table);
    free(corpus->samples);
}

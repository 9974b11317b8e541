/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.c - the words that an image is started with.
 */
#include <stdio.h>
#include <string.h>
#include <vmclock/page.h>
#include "boot/bare/words.h"
#include "boot/report/number.h"

#define LENGTH_MAX 256u

static int refuse(const char *what, const char *word)
{
    fprintf(stderr, "%s%s; there is --serve and --tries N\n", what, word);
    return -1;
}

static int take_tries(const char *word, struct words *words)
{
    int64_t tries;

    if (!word || !number_parse(word, 1, UINT32_MAX, &tries))
        return refuse("--tries takes 1 to 4294967295, not ", word ? word : "nothing");
    words->max_tries = (uint32_t)tries;
    return 0;
}

int words_parse(const char *text, struct words *words)
{
    char copy[LENGTH_MAX];

    words->max_tries = VMCLOCK_MAX_TRIES_DEFAULT;
    words->serve = 0;
    if (strlen(text) >= sizeof(copy))
        return refuse("too many words", "");
    for (char *word = strtok(strcpy(copy, text), " "); word; word = strtok(NULL, " ")) {
        if (!strcmp(word, "--serve"))
            words->serve = 1;
        else if (strcmp(word, "--tries"))
            return refuse("unknown word: ", word);
        else if (take_tries(strtok(NULL, " "), words))
            return -1;
    }
    return 0;
}

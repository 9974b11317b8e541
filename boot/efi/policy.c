/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.c - when the driver sets the firmware's clock, by its user's words.
 */
#include "boot/efi/policy.h"
#include "boot/report/number.h"

#define WORD_MAX 31u
#define OFF_SEC_MAX 1000000000

struct word {
    char text[WORD_MAX + 1];
    size_t length;
};

static int is_blank(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

/* The word that the bytes are, without what is around it. Returns 0 if they are no such thing. */
static int read_word(const unsigned char *bytes, size_t size, struct word *word)
{
    const size_t step = size >= 2 && bytes[0] && !bytes[1] ? 2 : 1;
    size_t end = 0;

    word->length = 0;
    for (size_t i = 0; i + step <= size && bytes[i]; i += step) {
        char letter = (char)bytes[i];

        if ((step == 2 && bytes[i + 1]) || (!is_blank(letter) && (letter < '!' || letter > '~')))
            return 0;
        if (is_blank(letter) && !word->length)
            continue;
        if (word->length >= WORD_MAX && !is_blank(letter))
            return 0;
        if (word->length < WORD_MAX)
            word->text[word->length++] = letter;
        if (!is_blank(letter))
            end = word->length;
    }
    word->length = end;
    word->text[end] = '\0';
    return 1;
}

/* What follows the prefix in the text; null if it does not begin with it. */
static const char *after(const char *text, const char *prefix)
{
    while (*prefix && *text == *prefix) {
        text++;
        prefix++;
    }
    return *prefix ? NULL : text;
}

static int is(const char *text, const char *other)
{
    const char *rest = after(text, other);

    return rest && !*rest;
}

int policy_parse(const void *words, size_t size, struct policy *policy)
{
    struct word word;
    const char *when;

    policy->when = POLICY_NEVER;
    policy->off_sec = 0;
    policy->wrong = 1;
    if (!read_word(words, size, &word))
        return 1;
    when = word.length ? after(word.text, "set=") : "never";
    if (!when)
        return 1;
    policy->wrong = 0;
    if (is(when, "always"))
        policy->when = POLICY_ALWAYS;
    else if (number_parse(when, 1, OFF_SEC_MAX, &policy->off_sec))
        policy->when = POLICY_IF_OFF;
    else
        policy->wrong = !is(when, "never");
    return word.length != 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <vmclock/error.h>

/* Strings end to end in the order of the codes: an array of pointers would need relocation. */
#define CODE(code, NAME, name, text) (code),
#define NAME_STRING(code, NAME, name, text) name "\0"
#define TEXT_STRING(code, NAME, name, text) text "\0"
static const int8_t codes[] = {0, VMCLOCK_ERRORS(CODE)};
static const char names[] = "ok\0" VMCLOCK_ERRORS(NAME_STRING) "unknown";
static const char texts[] = "Success.\0" VMCLOCK_ERRORS(TEXT_STRING) "An unknown error code.";

/* The string that belongs to error; the one after the last code's if it is not in the list. */
static const char *string_of(int error, const char *strings)
{
    for (unsigned i = 0; i < sizeof codes && codes[i] != error; i++) {
        while (*strings)
            strings++;
        strings++;
    }
    return strings;
}

const char *vmclock_error_name(int error)
{
    return string_of(error, names);
}

const char *vmclock_error_text(int error)
{
    return string_of(error, texts);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include <vmclock/types.h>
#include "lib/strings.h"

#define ERROR_CODE(code, NAME, name, text) (code),
#define ERROR_NAME(code, NAME, name, text) name "\0"
#define ERROR_TEXT(code, NAME, name, text) text "\0"
static const signed char error_codes[] = {0, VMCLOCK_ERRORS(ERROR_CODE)};
static const char error_names[] = "ok\0" VMCLOCK_ERRORS(ERROR_NAME) "unknown";
static const char error_texts[] = "Success.\0" VMCLOCK_ERRORS(ERROR_TEXT) "An unknown error code.";

/* Codes fit 7 bits and a sign; what does not is none of them, as 1 is not. */
static const char *error_string(int error, const char *strings)
{
    signed char code = 1;

    if (error >= -128 && error <= 0)
        code = (signed char)error;
    return vmclock_strings_find(code, error_codes, sizeof error_codes, strings);
}

const char *vmclock_error_name(int error)
{
    return error_string(error, error_names);
}

const char *vmclock_error_text(int error)
{
    return error_string(error, error_texts);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/wait.h"
#include "said.h"

int64_t now_ms;
unsigned said;
char heard[128], failed[16];

void said_nothing(void)
{
    said = 0;
    heard[0] = failed[0] = '\0';
}

int64_t wait_now_ms(void)
{
    return now_ms;
}

int64_t wait_about_now_ms(void)
{
    return now_ms;
}

void event(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(heard, sizeof(heard), format, values);
    va_end(values);
    said++;
}

int failure(const char *name, const char *format, ...)
{
    (void)format;
    snprintf(failed, sizeof(failed), "%s", name);
    return -1;
}

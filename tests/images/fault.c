/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An image that does what no CPU can, by the word that it is started with: "undefined" an instruction that
 * there is not, "unmapped" a read where nothing is. It says "fault 0xADDRESS" first, where that instruction
 * is. With another word it ends with 0.
 */
#include <string.h>
#include "boot/bare/platform.h"
#include "text.h"

#define NOWHERE (UINT64_C(1) << 40)

void undefined(uint64_t address);
void unmapped(uint64_t address);

#ifdef __x86_64__
__asm__("undefined: ud2\n"
        "unmapped: mov (%rdi), %rax\n"
        "    ret\n");
#else
__asm__("undefined: udf #0\n"
        "unmapped: ldr x0, [x0]\n"
        "    ret\n");
#endif

int main(void)
{
    const struct report_sink console = {platform_console_write, 0};
    const char *word = platform_arguments();
    void (*run)(uint64_t) = strcmp(word, "undefined") == 0  ? undefined
                            : strcmp(word, "unmapped") == 0 ? unmapped
                                                            : NULL;
    struct text text;

    if (!run)
        return 0;
    text_init(&text, &console);
    text_put(&text, "fault ");
    text_put_hex(&text, (uintptr_t)run);
    text_end_line(&text);
    run(NOWHERE);
    return 0;
}

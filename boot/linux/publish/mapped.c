/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include "arch/arch.h"
#include "boot/linux/publish/mapped.h"

static sigjmp_buf not_there;
static volatile sig_atomic_t copying;

static void on_bus_error(int number)
{
    if (copying)
        siglongjmp(not_there, 1);
    signal(number, SIG_DFL); /* what raised it does so again */
}

void mapped_open(void)
{
    /* Not blocked in the handler, so that the jump need not restore the mask: that is a system call. */
    struct sigaction action = {.sa_handler = on_bus_error, .sa_flags = SA_NODEFER};

    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, NULL);
}

int mapped_read(void *context, uint32_t offset, void *bytes, uint32_t length)
{
    const volatile uint8_t *from = (const volatile uint8_t *)context + offset;
    uint8_t *to = bytes;

    if (sigsetjmp(not_there, 0)) {
        copying = 0;
        return 1;
    }
    copying = 1;
    for (uint32_t i = 0; i < length;) {
        if ((offset + i) % 8 == 0 && length - i >= 8) {
            uint64_t word = *(const volatile uint64_t *)(from + i);

            memcpy(to + i, &word, sizeof(word));
            i += sizeof(word);
        } else {
            to[i] = from[i];
            i++;
        }
    }
    copying = 0;
    return 0;
}

int mapped_write(void *context, uint32_t offset, const void *bytes, uint32_t length)
{
    volatile uint8_t *to = (volatile uint8_t *)context + offset;
    const uint8_t *from = bytes;

    if (sigsetjmp(not_there, 0)) {
        copying = 0;
        return 1;
    }
    copying = 1;
    for (uint32_t i = 0; i < length;) {
        uint64_t word;
        uint32_t half;

        if ((offset + i) % 8 == 0 && length - i >= sizeof(word)) {
            memcpy(&word, from + i, sizeof(word));
            *(volatile uint64_t *)(to + i) = word;
            i += sizeof(word);
        } else if ((offset + i) % 4 == 0 && length - i >= sizeof(half)) {
            memcpy(&half, from + i, sizeof(half));
            *(volatile uint32_t *)(to + i) = half;
            i += sizeof(half);
        } else {
            to[i] = from[i];
            i++;
        }
    }
    vmclock_arch_write_barrier(); /* before whatever the next call writes */
    copying = 0;
    return 0;
}

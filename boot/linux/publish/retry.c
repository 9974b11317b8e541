/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/wait.h"
#include "boot/linux/publish/guest.h"

#define EAGER_MS 30000 /* a guest that boots has a page soon */
#define MAX_WAIT_MS 10000

void guest_await(struct guest *guest)
{
    guest->settled_ms = wait_now_ms();
    guest->wait_ms = 0;
    guest->state = GUEST_SETTLING;
}

void guest_retry(struct guest *guest, const char *why)
{
    int64_t now_ms = wait_now_ms();

    if (strncmp(guest->why, why, sizeof(guest->why) - 1) != 0) {
        snprintf(guest->why, sizeof(guest->why), "%s", why);
        event("waiting: %s", why);
    }
    if (guest->state == GUEST_LIVE)
        guest->began_ms = now_ms;
    if (now_ms - guest->began_ms < EAGER_MS)
        guest->wait_ms = GUEST_EAGER_WAIT_MS;
    else
        guest->wait_ms = guest->wait_ms * 2 < MAX_WAIT_MS ? guest->wait_ms * 2 : MAX_WAIT_MS;
    guest->settled_ms = now_ms + guest->wait_ms;
    guest->state = GUEST_SETTLING;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "boot/linux/common/wait.h"
#include "boot/linux/publish/supervisor.h"
#include "boot/report/number.h"

void supervisor_tell(const char *state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    size_t length = path ? strlen(path) : 0;
    int fd;

    if (!length || length >= sizeof(address.sun_path) || (*path != '/' && *path != '@'))
        return;
    memcpy(address.sun_path, path, length);
    if (*path == '@')
        address.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    (void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
                  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
    close(fd);
}

static int64_t every_ms = -1, next_ms;

/* How often the watchdog is to be fed; 0: there is none. */
static int64_t find_interval(void)
{
    const char *text = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    int64_t us, ours;

    if (!text || !number_parse(text, 1, INT64_MAX, &us) ||
        (pid && (!number_parse(pid, 1, INT32_MAX, &ours) || ours != getpid())))
        return 0;
    return us / 3000 + 1;
}

int64_t supervisor_left_ms(void)
{
    int64_t left_ms = next_ms - wait_now_ms();

    if (every_ms < 0)
        every_ms = find_interval();
    if (!every_ms)
        return INT64_MAX;
    return left_ms > 0 ? left_ms : 0;
}

void supervisor_alive(void)
{
    if (supervisor_left_ms())
        return;
    next_ms = wait_now_ms() + every_ms;
    supervisor_tell("WATCHDOG=1");
}

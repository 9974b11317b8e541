/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/control.h"
#include "boot/linux/publish/socketfile.h"
#include "boot/linux/publish/transition.h"

#define LINE_BYTES 4096
#define ASK_TIMEOUT_MS 1000

/* Returns 0, or -1 where the path is too long. */
static int socket_address(const struct guest_options *guest, struct sockaddr_un *address)
{
    int length;

    address->sun_family = AF_UNIX;
    length =
        snprintf(address->sun_path, sizeof(address->sun_path), "%s%s",
                 guest->control ? guest->control : guest->qmp, guest->control ? "" : ".vmclock");
    return length < (int)sizeof(address->sun_path) ? 0 : -1;
}

int control_listen(struct guest *guest)
{
    struct sockaddr_un address;
    int fd;

    guest->control_fd = -1;
    if (!guest->own->qmp)
        return 0;
    if (socket_address(guest->own, &address) < 0) {
        event("no control socket: its path is too long");
        return 0;
    }
    if (socketfile_clear(&address) < 0)
        return -1;
    fd = socketfile_listen(&address, &guest->control_file);
    if (fd < 0)
        event("no control socket: %s: %s", address.sun_path, strerror(errno));
    guest->control_fd = fd;
    return 0;
}

void control_end(struct guest *guest)
{
    struct sockaddr_un address;

    if (guest->control_fd < 0)
        return;
    close(guest->control_fd);
    guest->control_fd = -1;
    if (socket_address(guest->own, &address) == 0)
        socketfile_remove(&address, &guest->control_file);
}

/* A line without its end; -1 if none has come by limit_ms. */
static int read_line(int fd, char *line, size_t size, const struct waiter *waiter, int64_t limit_ms)
{
    size_t filled = 0;

    while (filled < size) {
        ssize_t count;

        if (!wait_readable(waiter, fd, limit_ms))
            return -1;
        count = read(fd, line + filled, size - filled);
        if (count <= 0)
            return -1;
        filled += (size_t)count;
        if (line[filled - 1] == '\n') {
            line[filled - 1] = '\0';
            return 0;
        }
    }
    return -1;
}

static int carry_out(struct guest *guest, char *line)
{
    char *argument = strchr(line, ' ');
    bool takes_argument = false;
    enum verb verb;

    if (argument)
        *argument++ = '\0';
    verb = options_verb(line, &takes_argument);
    if (verb == VERB_NONE || takes_argument != (argument != NULL) ||
        (argument && strpbrk(argument, "\"\\\r")))
        return failure("control", "'%s' is not understood", line);
    return transition_run(guest, verb, argument);
}

void control_serve(struct guest *guest)
{
    int fd = socketfile_accept(guest->control_fd, 0);
    char line[LINE_BYTES], answer[640];
    const char *other;

    if (fd < 0)
        return;
    other = event_guest(guest->label);
    if (read_line(fd, line, sizeof(line), guest->machine.qmp.waiter,
                  wait_now_ms() + ASK_TIMEOUT_MS) == 0 &&
        guest->state != GUEST_GONE) {
        if (carry_out(guest, line) < 0)
            snprintf(answer, sizeof(answer), "error: %s\n", last_failure());
        else
            snprintf(answer, sizeof(answer), "ok\n");
        (void)!write(fd, answer, strlen(answer));
    }
    close(fd);
    event_guest(other);
}

int control_ask(const struct guest_options *guest, enum verb verb, const char *argument)
{
    struct sockaddr_un address;
    char line[LINE_BYTES] = "";
    int fd, length, error = 0;

    fd = socket_address(guest, &address) < 0 ? -1 : socketfile_connect(&address, 0);
    if (fd < 0 && errno == EACCES)
        return failure("permission", "%s: %s", address.sun_path, strerror(errno));
    if (fd < 0)
        return CONTROL_NOBODY;
    length = snprintf(line, sizeof(line), "%s%s%s\n", options_verb_name(verb), argument ? " " : "",
                      argument ? argument : "");
    if (length >= (int)sizeof(line))
        error = failure("control", "the argument is too long");
    else if (send(fd, line, (size_t)length, MSG_NOSIGNAL) != length ||
             read_line(fd, line, sizeof(line), NULL, INT64_MAX) < 0)
        error = failure("control", "%s: the publisher went away", address.sun_path);
    else if (strcmp(line, "ok") != 0)
        error = failure("refused", "by the publisher: %s",
                        line + (strncmp(line, "error: ", 7) ? 0 : 7));
    close(fd);
    return error;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/control.h"
#include "boot/linux/publish/socketfile.h"
#include "boot/linux/publish/transition.h"

#define LINE_BYTES 4096
#define ASK_TIMEOUT_MS \
    10000 /* to say what is wanted; nobody waits meanwhile but others at the same socket */

/* Somebody who has connected. */
struct client {
    int fd;
    int64_t limit_ms;
    size_t filled;
    bool asked; /* the line is whole, without its end */
    char line[LINE_BYTES];
};

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

void control_let_go(struct guest *guest)
{
    if (!guest->client)
        return;
    close(guest->client->fd);
    free(guest->client);
    guest->client = NULL;
}

void control_end(struct guest *guest)
{
    struct sockaddr_un address;

    control_let_go(guest);
    if (guest->control_fd < 0)
        return;
    close(guest->control_fd);
    guest->control_fd = -1;
    if (socket_address(guest->own, &address) == 0)
        socketfile_remove(&address, &guest->control_file);
}

/* What has come of a line. Returns 1: it is whole, and without its end now; 0: not yet; -1: it never will be. */
static int hear(int fd, char *line, size_t *filled)
{
    ssize_t count = read(fd, line + *filled, LINE_BYTES - *filled);

    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (count <= 0)
        return -1;
    *filled += (size_t)count;
    if (line[*filled - 1] == '\n') {
        line[*filled - 1] = '\0';
        return 1;
    }
    return *filled < LINE_BYTES ? 0 : -1;
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

static void admit(struct guest *guest)
{
    int fd = socketfile_accept(guest->control_fd, SOCK_NONBLOCK);

    guest->client = fd < 0 ? NULL : calloc(1, sizeof(*guest->client));
    if (guest->client) {
        guest->client->fd = fd;
        guest->client->limit_ms = wait_now_ms() + ASK_TIMEOUT_MS;
    } else if (fd >= 0) {
        close(fd);
    }
}

int control_watched(const struct guest *guest)
{
    if (guest->client)
        return guest->client->asked ? -1 : guest->client->fd;
    return guest->control_fd;
}

int64_t control_left_ms(const struct guest *guest, int64_t now_ms)
{
    if (!guest->client || guest->client->asked)
        return INT64_MAX;
    return guest->client->limit_ms > now_ms ? guest->client->limit_ms - now_ms : 0;
}

void control_hear(struct guest *guest)
{
    struct client *client = guest->client;
    int heard;

    if (!client) {
        admit(guest);
        return;
    }
    heard = client->asked ? 0 : hear(client->fd, client->line, &client->filled);
    client->asked = client->asked || heard > 0;
    if (heard < 0)
        control_let_go(guest);
}

bool control_asks(const struct guest *guest)
{
    return guest->client && guest->client->asked && guest->state != GUEST_GONE;
}

void control_answer(struct guest *guest)
{
    const char *other = event_guest(guest->label);
    char line[640] = "ok\n";

    if (carry_out(guest, guest->client->line) < 0)
        snprintf(line, sizeof(line), "error: %s\n", last_failure());
    (void)!send(guest->client->fd, line, strlen(line), MSG_NOSIGNAL);
    control_let_go(guest);
    event_guest(other);
}

/* Waits for the publisher's answer. Returns 0, or -1: it went away. */
static int read_line(int fd, char *line)
{
    size_t filled = 0;
    int heard;

    do
        heard = hear(fd, line, &filled);
    while (!heard);
    return heard < 0 ? -1 : 0;
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
    else if (send(fd, line, (size_t)length, MSG_NOSIGNAL) != length || read_line(fd, line) < 0)
        error = failure("control", "%s: the publisher went away", address.sun_path);
    else if (strcmp(line, "ok") != 0)
        error = failure("refused", "by the publisher: %s",
                        line + (strncmp(line, "error: ", 7) ? 0 : 7));
    close(fd);
    return error;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/qemu/qmp.h"

#define ANSWER_TIMEOUT_MS 10000
#define CONNECT_TIMEOUT_MS 2000
#define CONNECT_PAUSE_MS 5
#define RECEIVE_BYTES 65536
#define MESSAGE_MAX_BYTES (4u << 20) /* nothing that is asked here has so long an answer */

/* Receives what is there. Returns the count, 0 when nothing is, -1 at the end or on an error. */
static ssize_t receive(struct qmp *qmp)
{
    ssize_t count;

    qmp->filled -= qmp->taken;
    if (qmp->taken)
        memmove(qmp->buffer, qmp->buffer + qmp->taken, qmp->filled);
    qmp->taken = 0;
    if (qmp->filled > MESSAGE_MAX_BYTES)
        return -1;
    if (qmp->capacity - qmp->filled < RECEIVE_BYTES) {
        char *larger = realloc(qmp->buffer, qmp->capacity + RECEIVE_BYTES);

        if (!larger)
            return -1;
        qmp->buffer = larger;
        qmp->capacity += RECEIVE_BYTES;
    }
    count = recv(qmp->fd, qmp->buffer + qmp->filled, qmp->capacity - qmp->filled, MSG_DONTWAIT);
    if (count > 0) {
        if (qmp->on_received)
            qmp->on_received(qmp->received_context);
        qmp->filled += (size_t)count;
        return count;
    }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/*
 * The next whole message, or null when there is none yet. QMP sends one object a line; *is_qmp becomes
 * false at a line that is none, which is passed over.
 */
static struct json_object *next_message(struct qmp *qmp, bool *is_qmp)
{
    while (qmp->taken < qmp->filled) {
        char *line = qmp->buffer + qmp->taken;
        char *end = memchr(line, '\n', qmp->filled - qmp->taken);
        struct json_object *message;

        if (!end)
            return NULL;
        *end = '\0';
        qmp->taken += (size_t)(end - line) + 1;
        message = json_tokener_parse(line);
        if (json_object_is_type(message, json_type_object))
            return message;
        json_object_put(message);
        *is_qmp = *is_qmp && line[strspn(line, "\r")] == '\0';
    }
    return NULL;
}

struct json_object *qmp_member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;

    if (object)
        json_object_object_get_ex(object, key, &value);
    return value;
}

size_t qmp_length(struct json_object *list)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

/* Hands an event on. Returns whether it was one. */
static bool take_event(struct qmp *qmp, struct json_object *message)
{
    struct json_object *name = qmp_member(message, "event");

    if (name && qmp->on_event)
        qmp->on_event(qmp->context, json_object_get_string(name), message);
    return name != NULL;
}

/*
 * Whether a message is no event, which are handed on, and answers what was asked last. QEMU answers all, in order: first
 * comes what was given up.
 */
static bool take_answer(struct qmp *qmp, struct json_object *message)
{
    if (take_event(qmp, message))
        return false;
    if (!qmp->given_up)
        return true;
    qmp->given_up--;
    return false;
}

bool qmp_has_message(const struct qmp *qmp)
{
    return qmp->taken < qmp->filled &&
           memchr(qmp->buffer + qmp->taken, '\n', qmp->filled - qmp->taken);
}

bool qmp_is_halfway(const struct qmp *qmp)
{
    return qmp->taken < qmp->filled && !qmp_has_message(qmp);
}

int qmp_drain(struct qmp *qmp)
{
    struct json_object *message;
    bool is_qmp = true;
    ssize_t count;

    while ((count = receive(qmp)) > 0)
        ;
    while ((message = next_message(qmp, &is_qmp)) != NULL) {
        (void)take_answer(qmp, message);
        json_object_put(message);
    }
    return count < 0 ? -1 : 0;
}

int qmp_wait(struct qmp *qmp, int wait_ms)
{
    int64_t limit_ms = wait_now_ms() + wait_ms;

    do {
        if (!wait_readable(qmp->fd, limit_ms))
            break;
        if (qmp_drain(qmp) < 0)
            return failure("qmp", "QEMU closed the connection");
    } while (wait_now_ms() < limit_ms);
    return 0;
}

/* The next message that is no event; or null having said why. */
static struct json_object *wait_answer(struct qmp *qmp)
{
    int64_t limit_ms = wait_now_ms() + qmp->timeout_ms;
    bool late = false, is_qmp = true;

    for (;;) {
        struct json_object *message = next_message(qmp, &is_qmp);

        if (message && take_answer(qmp, message))
            return message;
        if (message) {
            json_object_put(message);
            continue;
        }
        if (!is_qmp || qmp->filled - qmp->taken > MESSAGE_MAX_BYTES) {
            failure("qmp", "what it says is not QMP");
            return NULL;
        }
        if (late || !wait_readable(qmp->fd, limit_ms)) {
            failure("qmp", "no answer within %d s: is another program at this socket?",
                    qmp->timeout_ms / 1000);
            return NULL;
        }
        late = wait_now_ms() > limit_ms; /* whoever talks all the time may not keep us */
        if (receive(qmp) < 0) {
            failure("qmp", "QEMU closed the connection");
            return NULL;
        }
    }
}

/* Sends all of a text; fd, unless it is -1, goes with its first byte. */
static int send_text(struct qmp *qmp, const char *text, int fd)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
                            .cmsg_level = SOL_SOCKET,
                            .cmsg_type = SCM_RIGHTS}};
    size_t length = strlen(text), sent = 0;

    memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
    while (sent < length) {
        struct iovec part = {(char *)(uintptr_t)text + sent, length - sent};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
        ssize_t count;

        if (fd >= 0 && !sent) {
            message.msg_control = &control;
            message.msg_controllen = sizeof(control);
        }
        count = sendmsg(qmp->fd, &message, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return failure("qmp", "%s", strerror(errno));
        sent += (size_t)count;
    }
    return 0;
}

static int execute(struct qmp *qmp, const char *name, struct json_object *arguments, int fd,
                   struct json_object **result)
{
    struct json_object *request = json_object_new_object(), *answer, *returned;
    char *line; /* QEMU does not need its end, but others that read along do */
    int error;

    json_object_object_add(request, "execute", json_object_new_string(name));
    if (arguments)
        json_object_object_add(request, "arguments", arguments);
    if (asprintf(&line, "%s\n", json_object_to_json_string_ext(request, JSON_C_TO_STRING_PLAIN)) <
        0)
        line = NULL;
    error = line ? send_text(qmp, line, fd) : failure("qmp", "no memory");
    free(line);
    json_object_put(request);
    if (error)
        return -1;
    answer = wait_answer(qmp);
    qmp->given_up += !answer;
    if (!answer)
        return -1;
    returned = qmp_member(answer, "return");
    if (returned && result)
        *result = json_object_get(returned);
    if (!returned) {
        const char *text = json_object_get_string(qmp_member(qmp_member(answer, "error"), "desc"));

        snprintf(qmp->refusal, sizeof(qmp->refusal), "%s", text ? text : "no reason given");
    }
    error = returned ? 0 : 1;
    json_object_put(answer);
    return error;
}

int qmp_command(struct qmp *qmp, const char *name, struct json_object *arguments,
                struct json_object **result)
{
    return execute(qmp, name, arguments, -1, result);
}

int qmp_pass_fd(struct qmp *qmp, int fd, struct json_object **result)
{
    return execute(qmp, "add-fd", NULL, fd, result);
}

int qmp_monitor(struct qmp *qmp, const char *line, struct json_object **text)
{
    struct json_object *arguments = json_object_new_object();

    json_object_object_add(arguments, "command-line", json_object_new_string(line));
    return qmp_command(qmp, "human-monitor-command", arguments, text);
}

/* Connects; waits for a QEMU that is just being started. Returns 0, or -1 with errno set. */
static int connect_patiently(struct qmp *qmp, const struct sockaddr_un *address)
{
    for (int waited_ms = 0;; waited_ms += CONNECT_PAUSE_MS) {
        /* It would wait for good where others have come and gone that QEMU never let in. */
        qmp->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (qmp->fd < 0)
            return -1;
        if (connect(qmp->fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
            return 0;
        if ((errno != ECONNREFUSED && errno != ENOENT && errno != EAGAIN) ||
            waited_ms >= CONNECT_TIMEOUT_MS)
            return -1;
        close(qmp->fd);
        qmp->fd = -1;
        (void)wait_readable(-1, wait_now_ms() + CONNECT_PAUSE_MS);
    }
}

/* Returns 0, -1 having said why, or 1 with qmp->refusal. */
static int negotiate(struct qmp *qmp, const char *path, const struct sockaddr_un *address)
{
    struct json_object *greeting;
    bool speaks;

    qmp->buffer = NULL;
    qmp->taken = qmp->filled = qmp->capacity = 0;
    qmp->given_up = 0;
    if (connect_patiently(qmp, address) < 0)
        return failure(errno == EACCES ? "permission" : "qmp", "%s: %s", path,
                       errno == EAGAIN ? "other programs are at this socket" : strerror(errno));
    if (peer_of(qmp->fd, &qmp->peer) < 0)
        return failure("qmp", "%s: who made it: %s", path, strerror(errno));
    greeting = wait_answer(qmp);
    if (!greeting)
        return -1;
    speaks = qmp_member(greeting, "QMP") != NULL;
    json_object_put(greeting);
    if (!speaks)
        return failure("qmp", "%s: not a QMP socket", path);
    return qmp_command(qmp, "qmp_capabilities", NULL, NULL);
}

int qmp_open(struct qmp *qmp, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int error;

    qmp->fd = -1;
    qmp->peer.pidfd = -1;
    qmp->timeout_ms = ANSWER_TIMEOUT_MS;
    qmp->buffer = NULL;
    qmp->taken = qmp->filled = qmp->capacity = 0;
    if (strlen(path) >= sizeof(address.sun_path))
        return failure("qmp", "%s: the path is too long for a socket", path);
    memcpy(address.sun_path, path, strlen(path));
    error = negotiate(qmp, path, &address);
    if (error == 1) { /* seen once of a QEMU that was just starting */
        qmp_close(qmp);
        error = negotiate(qmp, path, &address);
    }
    if (error == 1)
        return failure("qmp", "%s: QEMU refuses the negotiation: %s", path, qmp->refusal);
    return error;
}

void qmp_close(struct qmp *qmp)
{
    if (qmp->fd >= 0) {
        close(qmp->fd);
        peer_close(&qmp->peer);
    }
    free(qmp->buffer);
    qmp->buffer = NULL;
    qmp->fd = -1;
}

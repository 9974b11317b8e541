/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qmp.h - a connection to QEMU's machine protocol: commands, and the events in between.
 */
#ifndef LINUX_QMP_H
#define LINUX_QMP_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "boot/linux/common/peer.h"
#include "boot/linux/common/wait.h"

struct qmp {
    int fd;
    struct peer peer; /* who made the socket, as of the connection */
    char *buffer;     /* bytes received; the first of them are taken */
    size_t taken;
    size_t filled;
    size_t capacity;
    char refusal[256]; /* what QEMU said when it last answered with an error */
    int timeout_ms;    /* for an answer; qmp_open sets 10 s */
    unsigned given_up; /* answers that were not waited for any longer, and may come yet */
    /* Called for each event, also during qmp_command. name is "STOP", "RESUME", ... */
    void (*on_event)(void *context, const char *name, struct json_object *message);
    void *context;
    /* Called right after bytes were received; may be null. */
    void (*on_received)(void *received_context);
    void *received_context;
};

/* A member of an object, or null; object may be null. */
struct json_object *qmp_member(struct json_object *object, const char *key);

/* The length of an array; 0 of all else, null too. */
size_t qmp_length(struct json_object *list);

/*
 * Connects and negotiates; waits up to 2 s for the socket to be there. The caller has set on_event
 * with context.
 *
 * Returns 0, or -1 having said why.
 */
int qmp_open(struct qmp *qmp, const char *path);

/*
 * Executes a command and waits for its return; at most timeout_ms.
 *
 * arguments: the command's arguments, given away; or null.
 * result: the returned object, to be released by json_object_put; null: not wanted.
 * Returns 0, 1 when QEMU answers with an error (nothing is said, *result is untouched, refusal is set), or -1 when
 * the connection fails, having said so.
 */
int qmp_command(struct qmp *qmp, const char *name, struct json_object *arguments,
                struct json_object **result);

/* A line to the monitor for people; *text is its answer, for json_object_put. Returns as above. */
int qmp_monitor(struct qmp *qmp, const char *line, struct json_object **text);

/* add-fd: gives QEMU a copy of a descriptor. Result and return as qmp_command. */
int qmp_pass_fd(struct qmp *qmp, int fd, struct json_object **result);

/* Whether a message was received and not taken yet. */
bool qmp_has_message(const struct qmp *qmp);

/* Whether a message has begun to come that has not come to its end. */
bool qmp_is_halfway(const struct qmp *qmp);

/* Takes what has arrived, calling on_event. Returns 0, or -1 when QEMU closed the connection. */
int qmp_drain(struct qmp *qmp);

/* Takes what arrives within a time, as qmp_drain. Returns 0, or -1 having said why. */
int qmp_wait(struct qmp *qmp, int wait_ms);

void qmp_close(struct qmp *qmp);

#endif

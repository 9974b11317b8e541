/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peer.h - who made the socket at the other end of a connection, and what he may do.
 */
#ifndef LINUX_PEER_H
#define LINUX_PEER_H

#include <stdbool.h>
#include <sys/types.h>

/* The kernel's word, of the moment at which the socket began to listen. */
struct peer {
    pid_t pid; /* 0: not to be seen from here */
    uid_t uid;
    gid_t gid;
    int pidfd; /* the process, whoever has its id later; -1: it has ended, or it is not to be had */
    const char *is; /* what he is, in errors; null: who made the QMP socket */
};

/* The user that this program runs as. */
void peer_own(struct peer *peer);

/* Of a connection that was made just now. Returns 0, or -1 with errno set. */
int peer_of(int connection, struct peer *peer);

void peer_close(struct peer *peer);

/* A process by its id; -1 with errno set. */
int peer_pidfd(pid_t pid);

/* Whether a process has not ended: then its id is still its own. */
bool peer_lives(int pidfd);

/*
 * Opens a file for reading with the peer's user and group and, unless he is root, without any
 * capability: of a process's files in /proc the kernel then gives what the peer could have himself.
 *
 * Returns the descriptor, or -1 with errno set.
 */
int peer_open(const struct peer *peer, const char *path);

#endif

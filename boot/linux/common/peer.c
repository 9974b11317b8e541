/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "boot/linux/common/peer.h"

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77 /* Linux 6.5 */
#endif

int peer_pidfd(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int peer_of(int connection, struct peer *peer)
{
    struct ucred who;
    socklen_t length = sizeof(who);

    peer->pidfd = -1;
    peer->is = NULL;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &who, &length) < 0)
        return -1;
    peer->pid = who.pid;
    peer->uid = who.uid;
    peer->gid = who.gid;
    length = sizeof(peer->pidfd);
    /* An older kernel tells the id alone: whose that is now, the process's own user has to show. */
    if (getsockopt(connection, SOL_SOCKET, SO_PEERPIDFD, &peer->pidfd, &length) < 0)
        peer->pidfd = errno == ENOPROTOOPT && who.pid > 0 ? peer_pidfd(who.pid) : -1;
    return 0;
}

void peer_own(struct peer *peer)
{
    *peer = (struct peer){getpid(), geteuid(), getegid(), -1, "who runs this program"};
}

void peer_close(struct peer *peer)
{
    if (peer->pidfd >= 0)
        close(peer->pidfd);
    peer->pidfd = -1;
}

bool peer_lives(int pidfd)
{
    struct pollfd ended = {.fd = pidfd, .events = POLLIN};

    return poll(&ended, 1, 0) == 0;
}

/* What of this thread's rights counts for files; the capabilities are those in effect. */
struct rights {
    struct __user_cap_header_struct header;
    struct __user_cap_data_struct capabilities[_LINUX_CAPABILITY_U32S_3];
};

/* glibc has no name for these: they are of one thread. */
static int get_capabilities(struct rights *rights)
{
    rights->header.version = _LINUX_CAPABILITY_VERSION_3;
    rights->header.pid = 0;
    return (int)syscall(SYS_capget, &rights->header, rights->capabilities);
}

static int set_capabilities(struct rights *rights)
{
    return (int)syscall(SYS_capset, &rights->header, rights->capabilities);
}

/* Returns 0, or -1 with errno set: then this program may not become him. */
static int become(const struct peer *peer, const struct rights *own)
{
    struct rights none = *own;

    setfsgid(peer->gid);
    setfsuid(peer->uid);
    /* They return the one before, also where they fail. */
    if ((gid_t)setfsgid((gid_t)-1) != peer->gid || (uid_t)setfsuid((uid_t)-1) != peer->uid) {
        errno = EPERM;
        return -1;
    }
    /* Another user's id alone takes little away: CAP_SYS_PTRACE would still open every process. */
    for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
        none.capabilities[i].effective = 0;
    return peer->uid ? set_capabilities(&none) : 0;
}

int peer_open(const struct peer *peer, const char *path)
{
    struct rights own;
    int fd = -1, error, parents_end = 0;

    if (get_capabilities(&own) < 0)
        return -1;
    (void)prctl(PR_GET_PDEATHSIG, &parents_end); /* is lost where the ids change */
    if (become(peer, &own) == 0)
        fd = open(path, O_RDONLY | O_CLOEXEC);
    error = errno;
    (void)set_capabilities(&own);
    setfsuid(geteuid());
    setfsgid(getegid());
    (void)prctl(PR_SET_PDEATHSIG, parents_end);
    errno = error;
    return fd;
}

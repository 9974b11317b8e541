/* SPDX-License-Identifier: BSD-2-Clause */
/* stddef.h - size_t is in stdint.h. */
#ifndef FAKE_STDDEF_H
#define FAKE_STDDEF_H

#include <stdint.h>

#define NULL ((void *)0)
#define offsetof(type, member) ((size_t)(&((type *)0)->member))

#endif

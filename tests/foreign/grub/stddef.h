/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAKE_STDDEF_H
#define FAKE_STDDEF_H

typedef unsigned long size_t;

#define NULL ((void *)0)
#define offsetof(type, member) __builtin_offsetof(type, member)

#endif

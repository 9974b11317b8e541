/* SPDX-License-Identifier: BSD-2-Clause */
/* stddef.h - with an offsetof that names what nobody declared. */
#ifndef FAKE_STDDEF_H
#define FAKE_STDDEF_H

typedef unsigned long size_t;

#define NULL ((void *)0)
#define offsetof(type, member) fake_offsetof_that_is_not(type, member)

#endif

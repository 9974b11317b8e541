/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAKE_STDDEF_H
#define FAKE_STDDEF_H

typedef __SIZE_TYPE__ size_t;

#define NULL ((void *)0)

#endif

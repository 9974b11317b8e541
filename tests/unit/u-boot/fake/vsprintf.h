/* SPDX-License-Identifier: BSD-2-Clause */
/* vsprintf.h - stands in for U-Boot's, of which the port needs nothing here. */

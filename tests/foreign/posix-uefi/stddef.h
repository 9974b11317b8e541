/* SPDX-License-Identifier: BSD-2-Clause */
#error "this tree's own header and the compiler's do not go together"

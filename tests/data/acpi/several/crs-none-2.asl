// SPDX-License-Identifier: BSD-2-Clause
DefinitionBlock ("", "SSDT", 2, "VMCLCK", "CRSNON2", 1)
{
    Name (\FOO, 1)
}

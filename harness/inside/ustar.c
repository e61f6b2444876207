/* SPDX-License-Identifier: Apache-2.0 */
#include "inside/ustar.h"

#include <stdio.h>
#include <string.h>

static unsigned sum_of(const struct ustar *header)
{
    struct ustar copy = *header;
    unsigned sum = 0;

    memset(copy.chksum, ' ', sizeof(copy.chksum));
    for (size_t i = 0; i < sizeof(copy); i++)
        sum += ((const unsigned char *)&copy)[i];
    return sum;
}

bool ustar_number(const char *field, size_t size, uint64_t *ret_value)
{
    uint64_t value = 0;
    size_t at = 0;

    while (at < size && field[at] == ' ')
        at++;
    for (; at < size && field[at] >= '0' && field[at] <= '7'; at++)
        value = value << 3 | (uint64_t)(field[at] - '0');
    *ret_value = value;
    return at == size || field[at] == '\0' || field[at] == ' ';
}

bool ustar_sum_holds(const struct ustar *header)
{
    uint64_t noted;

    return ustar_number(header->chksum, sizeof(header->chksum), &noted) &&
           noted == sum_of(header);
}

bool ustar_name(const struct ustar *header, char name[USTAR_NAME_SIZE])
{
    if (memcmp(header->magic, "ustar", 5) != 0)
        return false;
    snprintf(name, USTAR_NAME_SIZE, "%.*s%s%.*s", (int)sizeof(header->prefix), header->prefix,
             header->prefix[0] != '\0' ? "/" : "", (int)sizeof(header->name), header->name);
    return true;
}

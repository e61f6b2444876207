/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/order.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "abi/metadata/version.h"
#include "advisory/pep440.h"

#define VERSION_MAX 512

static size_t digits(const char *at)
{
    return strspn(at, "0123456789");
}

/* Numbers of any length: the longer one without leading zeros is larger. */
static int compare_number(const char *a, size_t a_length, const char *b, size_t b_length)
{
    while (a_length > 1 && *a == '0')
        a++, a_length--;
    while (b_length > 1 && *b == '0')
        b++, b_length--;
    if (a_length != b_length)
        return a_length < b_length ? -1 : 1;
    return memcmp(a, b, a_length);
}

/* One, two or three numbers, then "-PRERELEASE", then "+BUILD". Go and npm data have short ones. */
struct semver {
    const char *parts[3];
    size_t lengths[3];
    const char *before; /* the pre-release; "" if there is none */
    size_t before_length;
};

static bool semver_parse(const char *text, struct semver *ret)
{
    const char *at = *text == 'v' ? text + 1 : text;

    for (int i = 0; i < 3; i++) {
        ret->parts[i] = "0";
        ret->lengths[i] = 1;
    }
    for (int i = 0; i < 3; i++) {
        ret->parts[i] = at;
        ret->lengths[i] = digits(at);
        if (ret->lengths[i] == 0)
            return false;
        at += ret->lengths[i];
        if (*at != '.')
            break;
        if (i == 2)
            return false;
        at++;
    }
    ret->before = "";
    ret->before_length = 0;
    if (*at == '-') {
        ret->before = at + 1;
        ret->before_length = strcspn(at + 1, "+");
        if (ret->before_length == 0)
            return false;
        at += 1 + ret->before_length;
    }
    return *at == '\0' || *at == '+';
}

static int compare_identifier(const char *a, size_t a_length, const char *b, size_t b_length)
{
    bool a_number = digits(a) >= a_length, b_number = digits(b) >= b_length;
    int result;

    if (a_number && b_number)
        return compare_number(a, a_length, b, b_length);
    if (a_number != b_number)
        return a_number ? -1 : 1;
    result = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return result != 0 ? result : (a_length > b_length) - (a_length < b_length);
}

static int compare_before(const struct semver *a, const struct semver *b)
{
    const char *x = a->before, *y = b->before;
    const char *x_end = x + a->before_length, *y_end = y + b->before_length;

    if (a->before_length == 0 || b->before_length == 0)
        return (a->before_length == 0) - (b->before_length == 0);
    for (;;) {
        size_t x_length = strcspn(x, ".+"), y_length = strcspn(y, ".+");
        int result = compare_identifier(x, x_length, y, y_length);

        if (result != 0)
            return result;
        x += x_length + 1;
        y += y_length + 1;
        if (x > x_end || y > y_end)
            return (x <= x_end) - (y <= y_end);
    }
}

static bool semver_compare(const char *a, const char *b, int *ret)
{
    struct semver x, y;

    if (!semver_parse(a, &x) || !semver_parse(b, &y))
        return false;
    for (int i = 0; i < 3; i++) {
        *ret = compare_number(x.parts[i], x.lengths[i], y.parts[i], y.lengths[i]);
        if (*ret != 0)
            return true;
    }
    *ret = compare_before(&x, &y);
    return true;
}

/* "1.2.0" and "1.2" are equal; what follows the numbers, such as ".Final", must be the same. */
static bool maven_compare(const char *a, const char *b, int *ret)
{
    int result = 0;

    for (;;) {
        size_t x = digits(a), y = digits(b);

        if (x == 0 && y == 0)
            break;
        if (result == 0)
            result = compare_number(x > 0 ? a : "0", x > 0 ? x : 1, y > 0 ? b : "0", y > 0 ? y : 1);
        a += x;
        b += y;
        if (*a == '.' && digits(a + 1) > 0)
            a++;
        if (*b == '.' && digits(b + 1) > 0)
            b++;
    }
    *ret = result;
    return strcasecmp(a, b) == 0;
}

bool version_compare(enum version_order order, const char *a, const char *b, int *ret_result)
{
    if (strlen(a) > VERSION_MAX || strlen(b) > VERSION_MAX || *a == '\0' || *b == '\0')
        return false;
    switch (order) {
    case ORDER_DEB:
        *ret_result = version_compare_deb(a, b);
        return true;
    case ORDER_RPM:
        *ret_result = version_compare_rpm(a, b);
        return true;
    case ORDER_SEMVER:
        return semver_compare(a, b, ret_result);
    case ORDER_PEP440:
        return pep440_compare(a, b, ret_result);
    case ORDER_MAVEN:
        return maven_compare(a, b, ret_result);
    default:
        return false;
    }
}

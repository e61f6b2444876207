/* SPDX-License-Identifier: Apache-2.0 */
/* Digests over rows, chains over digests, and sums of digests. */
#include "store/seal.h"

#include <string.h>

#include "base/text.h"
#include "store/sql.h"

enum { LIMBS = 4, LIMB_DIGITS = 16, INTEGER_DIGITS = 24 };

/* --- sums --------------------------------------------------------------------------------- */

struct sum {
    uint64_t limbs[LIMBS]; /* least significant first */
};

/* One more than the value of each hexadecimal digit (lower case only); 0: not a digit. */
static const unsigned char digit_values[256] = {
    ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

/* This is called for every row and blob of a run, so each digit is parsed once, by a table. Zero if
 * the text is not a digest. */
static struct sum sum_from_text(const char *text)
{
    struct sum sum = {0};

    if (text == NULL)
        return sum;
    for (int i = LIMBS - 1; i >= 0; i--)
        for (int j = 0; j < LIMB_DIGITS; j++) {
            unsigned value = digit_values[(unsigned char)*text++];

            if (value == 0)
                return (struct sum){0};
            sum.limbs[i] = sum.limbs[i] << 4 | (value - 1);
        }
    return *text == '\0' ? sum : (struct sum){0};
}

static void sum_to_text(const struct sum *sum, char hex[DIGEST_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < LIMBS * LIMB_DIGITS; i++) {
        uint64_t limb = sum->limbs[LIMBS - 1 - i / LIMB_DIGITS];

        hex[i] = digits[limb >> (4 * (LIMB_DIGITS - 1 - i % LIMB_DIGITS)) & 15];
    }
    hex[LIMBS * LIMB_DIGITS] = '\0';
}

static void calculate(char to[DIGEST_TEXT_SIZE], const char *a, const char *b, bool subtract)
{
    struct sum x = sum_from_text(a), y = sum_from_text(b);
    unsigned __int128 carry = subtract;

    for (int i = 0; i < LIMBS; i++) {
        carry += (unsigned __int128)x.limbs[i] + (subtract ? ~y.limbs[i] : y.limbs[i]);
        x.limbs[i] = (uint64_t)carry;
        carry >>= 64;
    }
    sum_to_text(&x, to);
}

void seal_sum(char sum[DIGEST_TEXT_SIZE], const char *sha256)
{
    calculate(sum, sum, sha256, false);
}

bool seal_same_sum(const char *a, const char *b)
{
    struct sum x = sum_from_text(a), y = sum_from_text(b);

    return memcmp(&x, &y, sizeof(x)) == 0;
}

/* Writes the digits in front of `end` and returns where they begin. Without printf: a row has about
 * twenty columns, and a run many rows. */
static char *put_digits(uint64_t number, char *end)
{
    do
        *--end = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    return end;
}

void seal_blob(const char *sha256, uint64_t size, char ret_digest[DIGEST_TEXT_SIZE])
{
    char text[2 * DIGEST_TEXT_SIZE], *at = text + sizeof(text);
    size_t length = strnlen(sha256, DIGEST_TEXT_SIZE - 1);

    at = put_digits(size, at);
    *--at = ' ';
    at -= length;
    memcpy(at, sha256, length);
    digest_of_memory(at, (size_t)(text + sizeof(text) - at), ret_digest);
}

/* --- SQL functions ------------------------------------------------------------------------ */

static void add_number(struct buffer *text, unsigned number)
{
    char digits[INTEGER_DIGITS], *end = digits + sizeof(digits), *at;

    end[-1] = ' ';
    at = put_digits(number, end - 1);
    buffer_add(text, at, (size_t)(end - at));
}

/* The text of an integer is what SQLite would make of it, which takes it longer. */
static void add_integer(struct buffer *text, int64_t number)
{
    char digits[INTEGER_DIGITS], *end = digits + sizeof(digits);
    char *at = put_digits(number < 0 ? -(uint64_t)number : (uint64_t)number, end);

    if (number < 0)
        *--at = '-';
    add_number(text, (unsigned)(end - at));
    buffer_add(text, at, (size_t)(end - at));
}

static void add_value(struct buffer *text, sqlite3_value *value)
{
    int type = sqlite3_value_type(value), length;
    const void *data;

    add_number(text, (unsigned)type);
    if (type == SQLITE_INTEGER) {
        add_integer(text, sqlite3_value_int64(value));
        return;
    }
    data = type == SQLITE_NULL   ? NULL
           : type == SQLITE_BLOB ? sqlite3_value_blob(value)
                                 : sqlite3_value_text(value);
    length = type == SQLITE_NULL ? 0 : sqlite3_value_bytes(value);
    add_number(text, (unsigned)length);
    buffer_add(text, data != NULL ? data : "", (size_t)length);
}

static void row_digest(sqlite3_context *context, int count, sqlite3_value **values)
{
    _cleanup_buffer_ struct buffer text = {0};
    char hex[DIGEST_TEXT_SIZE];

    for (int i = 0; i < count; i++)
        add_value(&text, values[i]);
    digest_of_memory(text.data, text.length, hex);
    sqlite3_result_text(context, hex, -1, SQLITE_TRANSIENT);
}

static void sum_value(sqlite3_context *context, sqlite3_value **values, bool subtract)
{
    char hex[DIGEST_TEXT_SIZE];

    calculate(hex, (const char *)sqlite3_value_text(values[0]),
              (const char *)sqlite3_value_text(values[1]), subtract);
    sqlite3_result_text(context, hex, -1, SQLITE_TRANSIENT);
}

static void sum_add(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    sum_value(context, values, false);
}

static void sum_sub(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    sum_value(context, values, true);
}

void seal_register(sqlite3 *db)
{
    static const int how = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

    sqlite3_create_function(db, "row_digest", -1, how, NULL, row_digest, NULL, NULL);
    sqlite3_create_function(db, "sum_add", 2, how, NULL, sum_add, NULL, NULL);
    sqlite3_create_function(db, "sum_sub", 2, how, NULL, sum_sub, NULL, NULL);
}

void seal_chain(char chain[DIGEST_TEXT_SIZE], const char *sha256)
{
    char both[2 * DIGEST_TEXT_SIZE];
    size_t first = strlen(chain), second = strlen(sha256);

    if (second >= DIGEST_TEXT_SIZE)
        second = DIGEST_TEXT_SIZE - 1;
    memcpy(both, chain, first);
    memcpy(both + first, sha256, second);
    digest_of_memory(both, first + second, chain);
}

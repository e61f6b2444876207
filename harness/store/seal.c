/* SPDX-License-Identifier: Apache-2.0 */
/* Digests over rows, and the checks that use them. */
#include "store/seal.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "store/record.h"
#include "store/sql.h"

enum { LIMBS = 4, LIMB_DIGITS = 16 };

/* --- sums --------------------------------------------------------------------------------- */

struct sum {
    uint64_t limbs[LIMBS]; /* least significant first */
};

/* The value of a hexadecimal digit; 16: invalid. */
static unsigned digit_of(char digit)
{
    if (digit >= '0' && digit <= '9')
        return (unsigned)(digit - '0');
    return digit >= 'a' && digit <= 'f' ? (unsigned)(digit - 'a') + 10 : 16;
}

/* This is called for every row and blob of a run, so each digit is parsed only once. */
static struct sum sum_from_text(const char *text)
{
    struct sum sum = {0};
    int i = 0;

    for (; text != NULL && i < LIMBS * LIMB_DIGITS && digit_of(text[i]) < 16; i++) {
        uint64_t *limb = &sum.limbs[LIMBS - 1 - i / LIMB_DIGITS];

        *limb = *limb << 4 | digit_of(text[i]);
    }
    return i == LIMBS * LIMB_DIGITS && text[i] == '\0' ? sum : (struct sum){0};
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

void seal_blob(const char *sha256, uint64_t size, char ret_digest[DIGEST_TEXT_SIZE])
{
    char text[2 * DIGEST_TEXT_SIZE], *at = text + sizeof(text);
    size_t length = strnlen(sha256, DIGEST_TEXT_SIZE - 1);

    do
        *--at = (char)('0' + size % 10);
    while ((size /= 10) > 0);
    *--at = ' ';
    at -= length;
    memcpy(at, sha256, length);
    digest_of_memory(at, (size_t)(text + sizeof(text) - at), ret_digest);
}

/* --- SQL functions ------------------------------------------------------------------------ */

/* Appends "NUMBER " without printf: a row has about twenty columns, and a run many rows. */
static void add_number(struct buffer *text, unsigned number)
{
    char digits[12], *at = digits + sizeof(digits);

    *--at = ' ';
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    buffer_add(text, at, (size_t)(digits + sizeof(digits) - at));
}

static void add_value(struct buffer *text, sqlite3_value *value)
{
    int type = sqlite3_value_type(value);
    const void *data = type == SQLITE_NULL   ? NULL
                       : type == SQLITE_BLOB ? sqlite3_value_blob(value)
                                             : sqlite3_value_text(value);
    int length = type == SQLITE_NULL ? 0 : sqlite3_value_bytes(value);

    add_number(text, (unsigned)type);
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

/* --- checks ------------------------------------------------------------------------------- */

int seal_run_damaged(struct store *store, const char *run_id, const char *said, struct error **err)
{
    _cleanup_free_ char *text =
        text_format("run '%s': %s; it was changed outside of this program", run_id, said);

    return sql_damaged(store, text, err);
}

int seal_index_damaged(struct store *store, const char *run_id, const char *said,
                       struct error **err)
{
    return error_set(err, -EUCLEAN,
                     "store '%s' is damaged: the index of run '%s' does not agree with its records "
                     "(%s): 'touchstone doctor --reindex' rebuilds it from them, 'touchstone "
                     "doctor --full' verifies them",
                     store->path, run_id, said);
}

static int measure_chain(struct store *store, int64_t run, char chain[DIGEST_TEXT_SIZE],
                         struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int64_t place = 0;
    int code = sql_prepare(store, &row, err,
                           "SELECT place, sha256 FROM record INDEXED BY record_place "
                           "WHERE run = ? ORDER BY place",
                           "i", run);

    *chain = '\0';
    while (code == 0 && (code = sql_step(store, row, err)) > 0) {
        /* A gap gives another chain than the same digests without a gap. */
        seal_chain(chain, sqlite3_column_int64(row, 0) == place++
                              ? (const char *)sqlite3_column_text(row, 1)
                              : "gap");
        code = 0;
    }
    return code;
}

int seal_check_run(struct store *store, int64_t run, const char *run_id, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    char chain[DIGEST_TEXT_SIZE];
    int code = sql_prepare(store, &row, err,
                           "SELECT chain, seal = row_digest(" RUN_SEALED ") FROM run WHERE run = ?",
                           "i", run);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code == 0)
        return error_set(err, -ENOENT, "no run '%s'", run_id);
    if (code < 0)
        return code;
    if (sqlite3_column_int(row, 1) != 1)
        return seal_run_damaged(store, run_id, "the seal of its row does not match", err);
    code = measure_chain(store, run, chain, err);
    if (code < 0)
        return code;
    return text_equal(chain, (const char *)sqlite3_column_text(row, 0))
               ? 0
               : seal_run_damaged(store, run_id, "its records are not those that were added", err);
}

int seal_index_sums(struct store *store, int64_t run, const char *run_id,
                    struct index_sums *ret_sums, struct error **err)
{
    _cleanup_sql_ sqlite3_stmt *row = NULL;
    int code = sql_prepare(store, &row, err,
                           "SELECT cells, blobs, digest = row_digest(" RUN_INDEX_SEALED ") AND "
                           "chain = (SELECT chain FROM run WHERE run = ?1) FROM run_index "
                           "WHERE run = ?1",
                           "i", run);

    if (code == 0)
        code = sql_step(store, row, err);
    if (code < 0)
        return code;
    if (code == 0 || sqlite3_column_int(row, 2) != 1)
        return seal_index_damaged(store, run_id, "its sums", err);
    sql_digest(row, 0, ret_sums->cells);
    sql_digest(row, 1, ret_sums->blobs);
    return 0;
}

int seal_check_index(struct store *store, int64_t run, const char *run_id,
                     struct index_sums *ret_sums, struct error **err)
{
    int64_t missing = 0;
    int code = seal_check_run(store, run, run_id, err);

    if (code == 0)
        code = sql_integer(store, &missing, err,
                           "SELECT (SELECT count(*) FROM record WHERE run = ?1) - ?2 - "
                           "(SELECT count(*) FROM attempt WHERE run = ?1)",
                           "ii", run, (int64_t)RECORD_ATTEMPTS);
    if (code == 0 && missing != 0)
        return seal_run_damaged(store, run_id, "an attempt is missing or cannot be read", err);
    return code == 0 ? seal_index_sums(store, run, run_id, ret_sums, err) : code;
}

int seal_run(struct store *store, int64_t run, struct error **err)
{
    return sql_run(store, err, "UPDATE run SET seal = row_digest(" RUN_SEALED ") WHERE run = ?",
                   "i", run);
}

int seal_index(struct store *store, int64_t run, struct error **err)
{
    return sql_run(store, err,
                   "UPDATE run_index SET digest = row_digest(run, (SELECT chain FROM run WHERE run "
                   "= ?1), cells, blobs), chain = (SELECT chain FROM run WHERE run = ?1) "
                   "WHERE run = ?1",
                   "i", run);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of failures: equal for the same failure, different for others. */
#include "model/signature.h"

#include "base/cleanup.h"
#include "cunit_run.h"

static void test_normalise(void)
{
    static const struct {
        const char *reason, *plain;
    } rows[] = {
        {"", ""},
        {"exit code 3", "exit code 3"},
        {"not ok 2 - data is there after kill -9", "not ok 2 - data is there after kill -9"},
        {"at 12:34:56.789 the server died", "at <time> the server died"},
        {"2026-01-31 the server died", "<time> the server died"},
        {"2026-01-31T12:34:56Z died", "<time> died"},
        {"no answer within 30 s", "no answer within <time>"},
        {"no answer within 1200ms, 3 tries", "no answer within <time>, 3 tries"},
        {"took 0.35 seconds", "took <time>"},
        {"5 sheep", "5 sheep"},
        {"pid 123 was killed by signal 9", "pid <number> was killed by signal 9"},
        {"redis[4711]: out of memory", "redis[<number>]: out of memory"},
        {"a[1] of b[22]x", "a[<number>] of b[<number>]x"},
        {"segfault at 0x7f12ab ip 00007f12deadbeef", "segfault at <hex> ip <hex>"},
        {"wrote 1234 of 5000 keys", "wrote 1234 of 5000 keys"},
        {"wrote 123456 keys", "wrote <number> keys"},
        {"open /tmp/tmp.Xa81Bq/conf: no such file", "open /tmp/<name>/conf: no such file"},
        {"open '/var/tmp/x.1': gone", "open '/var/tmp/<name>': gone"},
        {"cannot read /etc/redis.conf", "cannot read /etc/redis.conf"},
        {"sha256 9f86d081884c7d659a2feaa0c55ad015", "sha256 <hex>"},
        {"the facade is deadbeef", "the facade is deadbeef"},
        {"needs GLIBC_2.38", "needs GLIBC_2.38"},
        {"two\n  lines\tof it", "two lines of it"},
        {"试金石 12:00", "试金石 <time>"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_free_ char *plain = signature_normalise(rows[i].reason);

        CHECK_TEXT(plain, rows[i].plain);
    }
}

static void test_signature(void)
{
    static const struct {
        const char *case_id;
        enum status status;
        enum blame blame;
        const char *reason;
        bool same; /* equal to the first */
    } rows[] = {
        {"persist", STATUS_FAIL, BLAME_PRODUCT, "pid 100 died at 10:00:00 in /tmp/a1/x", true},
        {"persist", STATUS_FAIL, BLAME_PRODUCT, "pid 2222 died at 11:30:59 in /tmp/b2/x", true},
        {"install", STATUS_FAIL, BLAME_PRODUCT, "pid 100 died at 10:00:00 in /tmp/a1/x", false},
        {"persist", STATUS_ERROR, BLAME_PRODUCT, "pid 100 died at 10:00:00 in /tmp/a1/x", false},
        {"persist", STATUS_FAIL, BLAME_SUITE, "pid 100 died at 10:00:00 in /tmp/a1/x", false},
        {"persist", STATUS_FAIL, BLAME_PRODUCT, "pid 100 died at 10:00:00 in /tmp/a1/y", false},
        {NULL, STATUS_FAIL, BLAME_PRODUCT, "pid 100 died at 10:00:00 in /tmp/a1/x", false},
        {"persist", STATUS_FAIL, BLAME_PRODUCT, NULL, false},
    };
    char first[SIGNATURE_TEXT_SIZE], found[SIGNATURE_TEXT_SIZE];

    failure_signature(rows[0].case_id, rows[0].status, rows[0].blame, rows[0].reason, first);
    CHECK_INT(strlen(first), SIGNATURE_TEXT_SIZE - 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        failure_signature(rows[i].case_id, rows[i].status, rows[i].blame, rows[i].reason, found);
        CHECK_INT(strcmp(found, first) == 0, rows[i].same);
    }
    failure_signature("persist", STATUS_PASS, BLAME_NONE, NULL, found);
    CHECK_TEXT(found, "");
    failure_signature("persist", STATUS_SKIP, BLAME_NONE, "gap", found);
    CHECK_TEXT(found, "");
    /* It must not change between versions of the program. */
    CHECK_TEXT(first, "8f873af4b456d842");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"normalise", test_normalise}, {"signature", test_signature}, CU_TEST_INFO_NULL};

    return cunit_run("signature", tests);
}

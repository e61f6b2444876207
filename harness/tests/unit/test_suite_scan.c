/* SPDX-License-Identifier: Apache-2.0 */
/* What nmap found from a second guest is held against what was seen in the guest. */
#include "base/cleanup.h"
#include "cunit_run.h"
#include "suite/scan.h"

#define OUT "probe-scan"
#define IN "probe-ports"

static const char *observed(const struct result *result, const char *key)
{
    vec_foreach (row, &result->observations)
        if (strcmp(row->key, key) == 0)
            return row->value;
    return "";
}

static struct result *scanned(const char *const (*rows)[3], size_t count)
{
    struct result *result = result_new();

    for (size_t i = 0; i < count && rows[i][0] != NULL; i++)
        result_add_observation(result, rows[i][0], rows[i][1], rows[i][2], NULL);
    scan_compare(result, OUT, IN);
    return result;
}

static void test_compared(void)
{
    static const struct {
        const char *rows[8][3];
        const char *agree, *differ, *differs;
    } cases[] = {
        {{{OUT, "scan.open", "1"},
          {OUT, "scan.tcp.80", "open"},
          {IN, "ports.product", "2"},
          {IN, "port.tcp.80", "127.0.0.1 a, 0.0.0.0 b (b.service)"}},
         "1",
         "0",
         ""},
        /* Something else listens there, or the product in a way that was not seen. */
        {{{OUT, "scan.open", "1"}, {OUT, "scan.tcp.80", "open"}, {IN, "ports.product", "0"}},
         "0",
         "1",
         "tcp.80: open from outside; inside, no process of the product listens"},
        {{{OUT, "scan.open", "1"},
          {OUT, "scan.tcp.80", "open"},
          {IN, "ports.product", "1"},
          {IN, "port.tcp.80", "127.0.0.1 a, ::1 a"}},
         "0",
         "1",
         "tcp.80: open from outside; inside, only on 127.0.0.1 a, ::1 a"},
        /* It listens, but a filter is in the way. */
        {{{OUT, "scan.open", "0"},
          {IN, "ports.product", "1"},
          {IN, "port.tcp.80", ":: a (a.service)"}},
         "0",
         "1",
         "tcp.80: inside, it listens on :: a (a.service); from outside it is closed"},
        /* Not reached from outside, not scanned, no port: none is a difference. */
        {{{OUT, "scan.open", "0"},
          {OUT, "scan.tool", "Nmap"},
          {IN, "ports.product", "3"},
          {IN, "port.tcp.80", "127.0.0.1 a"},
          {IN, "port.udp.40000", "0.0.0.0 a"},
          {IN, "port.raw.1", "0.0.0.0 a"}},
         "0",
         "0",
         ""},
        {{{OUT, "scan.open", "1"},
          {OUT, "scan.udp.53", "silent"},
          {IN, "ports.product", "1"},
          {IN, "port.udp.53", "0.0.0.0 a"}},
         "1",
         "0",
         ""},
        /* Not scanned: nothing is said. */
        {{{IN, "ports.product", "1"}, {IN, "port.tcp.80", "0.0.0.0 a"}}, "", "", ""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        _cleanup_(result_free_cleanup) struct result *result = scanned(cases[i].rows, 8);

        CHECK_TEXT(observed(result, "scan.inside.agree"), cases[i].agree);
        CHECK_TEXT(observed(result, "scan.inside.differ"), cases[i].differ);
        CHECK_TEXT(observed(result, "scan.inside.differs"), cases[i].differs);
    }
}

/* The other probe did not run, so nothing agrees. */
static void test_not_known(void)
{
    static const char *const rows[][3] = {{OUT, "scan.open", "1"}, {OUT, "scan.tcp.80", "open"}};
    _cleanup_(result_free_cleanup) struct result *result = scanned(rows, 2);

    CHECK_TEXT(observed(result, "scan.inside"), "not known");
    CHECK_TEXT(observed(result, "scan.inside.agree"), "");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"compared", test_compared}, {"not known", test_not_known}, CU_TEST_INFO_NULL};

    return cunit_run("a scan and the sockets", tests);
}

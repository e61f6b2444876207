/* SPDX-License-Identifier: Apache-2.0 */
/* What each item of the Kunpeng compatibility tool needs to be believed, found by reading the tool
 * and its logs. */
#include "reported/kunpeng.h"

/* sar's last line, in both languages. */
static const char *const averages[] = {"Average:", "平均时间:", NULL};
static const char *const clean[] = {"Infected files: 0", NULL};

/* The tool's search for a process is `grep` for a pattern that only its own command line has. */
#define SEARCH                                                                                     \
    "the tool looks for the process with a grep that only finds itself, so neither result is "     \
    "evidence"

const struct tool_item kunpeng_items[] = {
    {.id = "Compatibility_Hardware_Server",
     .item = ITEM_EXTRA,
     .logs = {"hardware/hardware_info.log"},
     .gap = "it says which server was used, not that the product works on it"},
    {.id = "Compatibility_Software_Name",
     .item = ITEM_INSTALL,
     .logs = {"product/product_name.log"},
     .gap = "a list of all processes is searched for the configured name, which proves no "
            "installation"},
    {.id = "Compatibility_Application_Start",
     .item = ITEM_FUNCTION,
     .logs = {"others/info.log"},
     .gap = SEARCH,
     .no_failure = true},
    {.id = "Compatibility_Application_Stop",
     .item = ITEM_FUNCTION,
     .logs = {"others/info.log"},
     .gap = SEARCH ", and the line that it quotes may be of before the start",
     .no_failure = true},
    {.id = "Compatibility_Idle_Cpu",
     .item = ITEM_PERFORMANCE,
     .logs = {"test/compatiable/test_perf_cpu_0.log", "test/compatiable/test_perf_cpu_1.log"},
     .text = averages},
    {.id = "Compatibility_Idle_Memory",
     .item = ITEM_PERFORMANCE,
     .logs = {"test/compatiable/test_perf_mem_0.log", "test/compatiable/test_perf_mem_1.log"},
     .text = averages},
    {.id = "Compatibility_Idle_Disk",
     .item = ITEM_PERFORMANCE,
     .logs = {"test/compatiable/test_perf_disk_0.log", "test/compatiable/test_perf_disk_1.log"},
     .text = averages},
    {.id = "Compatibility_Idle_Network",
     .item = ITEM_PERFORMANCE,
     .logs = {"test/compatiable/test_perf_net_0.log", "test/compatiable/test_perf_net_1.log"},
     .text = averages},
    {.id = "Reliability_Pressure_Cpu",
     .item = ITEM_STRESS,
     .logs = {"test/performance/test_perf_cpu_1.log"},
     .text = averages},
    {.id = "Reliability_Pressure_Memory",
     .item = ITEM_STRESS,
     .logs = {"test/performance/test_perf_mem_1.log"},
     .text = averages},
    {.id = "Reliability_Pressure_Disk",
     .item = ITEM_STRESS,
     .logs = {"test/performance/test_perf_disk_1.log"},
     .text = averages},
    {.id = "Reliability_Pressure_Network",
     .item = ITEM_STRESS,
     .logs = {"test/performance/test_perf_net_1.log"},
     .text = averages},
    {.id = "Reliability_Exception_Kill",
     .item = ITEM_STRESS,
     .logs = {"others/info.log"},
     .gap = SEARCH ": 'recovered' is always true",
     .no_failure = true},
    {.id = "Security_Base_Port",
     .item = ITEM_SECURITY,
     .logs = {"test/safety/"},
     .gap = "any list of ports that parses passes; it was compared with no list of allowed ports"},
    {.id = "Security_Base_Virus",
     .item = ITEM_SECURITY,
     .asked = true,
     .logs = {"test/safety/clam.log"},
     .text = clean},
    {.id = "Security_Base_CveCheck",
     .item = ITEM_SECURITY,
     .asked = true,
     .gap = "how old its list of vulnerabilities is, is not in its logs"},
    {.id = "Function_Test",
     .item = ITEM_FUNCTION,
     .asked = true,
     .logs = {"test/function/bash_test.log", "test/function/python_test.log"},
     .any = true,
     .gap = "the tool says 'passed' however many functions failed, and a log that was cut short "
            "counts none"},
};
const size_t kunpeng_item_count = sizeof(kunpeng_items) / sizeof(kunpeng_items[0]);

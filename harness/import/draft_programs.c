/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers that imported cases call in the guest: each gives the exit codes of its system to the
 * protocol `exit`. The texts are those of the .sh files in this folder. */
#include <string.h>

#include "import/draft.h"

extern const char import_run_autopkgtest_sh[], import_run_ltp_sh[], import_run_tmt_sh[],
    import_unpack_tree_sh[], import_install_packages_sh[];

const char *draft_program(const char *name)
{
    static const struct {
        const char *name, *text;
    } programs[] = {{"run-autopkgtest", import_run_autopkgtest_sh},
                    {"run-ltp", import_run_ltp_sh},
                    {"run-tmt", import_run_tmt_sh},
                    {"unpack-tree", import_unpack_tree_sh},
                    {"install-packages", import_install_packages_sh}};

    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
        if (strcmp(programs[i].name, name) == 0)
            return programs[i].text;
    return NULL;
}

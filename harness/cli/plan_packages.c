/* SPDX-License-Identifier: Apache-2.0 */
/* Reports packages named by a plan's suites that do not exist, before the run. */
#include "base/json.h"
#include "base/log.h"
#include "cli/plan_options.h"
#include "run/expand.h"
#include "stage/stage.h"

void plan_packages_check(const struct expansion *expansion, json_t *ret)
{
    vec_foreach (image, &expansion->images) {
        vec_foreach (suite, &expansion->suites) {
            _cleanup_strv_ struct strv unknown = {0};
            bool known = stage_lookup(*suite, *image, &unknown);
            _cleanup_free_ char *names = strv_join(&unknown, ", ");

            if (ret != NULL) {
                json_t *row = json_object(), *list = json_array();

                for (size_t i = 0; i < unknown.count; i++)
                    json_array_append_new(list, json_from_text(unknown.items[i]));
                json_object_set_new(row, "suite", json_from_text((*suite)->name));
                json_object_set_new(row, "image", json_from_text((*image)->name));
                json_object_set_new(row, "checked", json_boolean(known));
                json_object_set_new(row, "unknown", list);
                json_array_append_new(ret, row);
            }
            if (unknown.count > 0)
                log_warning("suite '%s' names packages that do not exist for image '%s': %s; "
                            "correct its suite.xml, or fetch newer lists with 'touchstone suite "
                            "stage %s --image %s --refresh'",
                            (*suite)->name, (*image)->name, names, (*suite)->name, (*image)->name);
            else if (!known && (*suite)->packages.count > 0)
                log_info("packages of suite '%s' for image '%s' are not checked: no package lists "
                         "have been fetched yet",
                         (*suite)->name, (*image)->name);
        }
    }
}

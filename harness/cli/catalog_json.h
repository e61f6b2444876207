/* SPDX-License-Identifier: Apache-2.0 */
/* Platforms, images and suites as JSON, used by `list --json` and `show --json`; documented in
 * touchstone-platform(1), touchstone-image(1) and touchstone-suite(1). All return new
 * references. */
#ifndef TS_CLI_CATALOG_JSON_H
#define TS_CLI_CATALOG_JSON_H

#include <jansson.h>

#include "model/image.h"
#include "model/platform.h"
#include "model/suite.h"

json_t *catalog_json_words(const struct strv *words);
json_t *catalog_json_platform(const struct platform *platform);
json_t *catalog_json_image(const struct image *image);
json_t *catalog_json_suite(const struct suite *suite);

#endif

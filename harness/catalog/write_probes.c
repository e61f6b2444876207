/* SPDX-License-Identifier: Apache-2.0 */
/* The copy of a suite in a run's folder says by itself which probes it has, and contains them. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "catalog/xml.h"
#include "probes/probes.h"

/* Names of what the suite measures, in one order; NULL: nothing. Caller frees. */
static char *list_measures(const struct suite *suite)
{
    _cleanup_strv_ struct strv names = {0};

    for (enum measure i = 0; i < MEASURE_COUNT; i++)
        if (suite->probes.measures[i])
            strv_add(&names, measure_name(i));
    return names.count > 0 ? strv_join(&names, " ") : NULL;
}

/* The element's place is before the first case, or what follows the cases. */
static xmlNode *insert_element(xmlNode *root)
{
    xmlNode *probes = xmlNewNode(NULL, BAD_CAST "probes");
    static const char *const after[] = {"case", "difference", "output"};
    xmlNode *next = NULL;

    for (size_t i = 0; next == NULL && i < sizeof(after) / sizeof(after[0]); i++)
        next = xml_child(root, after[i]);
    if (probes == NULL)
        text_out_of_memory();
    if (next != NULL)
        xmlAddPrevSibling(next, probes);
    else
        xmlAddChild(root, probes);
    return probes;
}

static int complete_element(const struct suite *suite, const char *copy, struct error **err)
{
    _cleanup_free_ char *path = path_join(copy, "suite.xml"), *measures = list_measures(suite);
    _cleanup_xml_file_ struct xml_file *file = NULL;
    xmlChar *text = NULL;
    int length = 0, code = xml_file_open(path, "suites/suite.rng", &file, err);
    xmlNode *root, *probes;

    if (code < 0)
        return code;
    root = xml_file_root(file);
    probes = xml_child(root, "probes");
    if (probes != NULL && measures == NULL)
        return 0;
    if (probes == NULL)
        probes = insert_element(root);
    if (measures != NULL)
        xmlSetProp(probes, BAD_CAST "measure", BAD_CAST measures);
    xmlDocDumpMemoryEnc(root->doc, &text, &length, "UTF-8");
    if (text == NULL)
        text_out_of_memory();
    code = path_write_atomic(path, text, (size_t)length, err);
    xmlFree(text);
    return code;
}

int catalog_write_probes(const struct suite *suite, const char *copy, struct error **err)
{
    int code;

    if (!suite->probes.wanted)
        return 0;
    code = complete_element(suite, copy, err);
    return code == 0 ? probes_write(suite, copy, err) : code;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "model/sbom.h"

const char *component_type_name(enum component_type type)
{
    static const char *const names[COMPONENT_TYPE_COUNT] = {"deb", "rpm",    "maven", "pypi",
                                                            "npm", "golang", "cargo", "generic"};

    return names[type];
}

const char *component_basis_name(enum component_basis basis)
{
    static const char *const names[BASIS_COUNT] = {"metadata", "build-info", "file-name", "text",
                                                   "lock-file"};

    return names[basis];
}

void sbom_add_gap(struct sbom *sbom, const char *path, const char *reason)
{
    *(struct sbom_gap *)vec_add(&sbom->gaps) = (struct sbom_gap){text_dup(path), text_dup(reason)};
}

void component_done(struct component *component)
{
    free(component->space);
    free(component->name);
    free(component->version);
    free(component->arch);
    free(component->source);
    free(component->licence);
    free(component->place);
    free(component->purl);
}

void sbom_done(struct sbom *sbom)
{
    vec_foreach (file, &sbom->files)
        free(file->path);
    vec_foreach (component, &sbom->components)
        component_done(component);
    vec_foreach (gap, &sbom->gaps) {
        free(gap->path);
        free(gap->reason);
    }
    free(sbom->name);
    free(sbom->origin);
    vec_done(&sbom->files);
    vec_done(&sbom->components);
    vec_done(&sbom->gaps);
}

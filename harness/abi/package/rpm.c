/* SPDX-License-Identifier: Apache-2.0 */
/* Scriptlets in an rpm's header: rpmtag.h, and rpm-scriptlets in rpm's docs/manual. */
#include "abi/package/rpm.h"

#include <string.h>

#include "abi/archive/rpm_header.h"
#include "abi/package/capabilities.h"
#include "abi/package/package.h"
#include "abi/surface/packages.h"

static const struct {
    uint32_t text, program;
    const char *name;
} scripts[] = {
    {RPM_TAG_PREIN, RPM_TAG_PREINPROG, "prein"},
    {RPM_TAG_POSTIN, RPM_TAG_PREINPROG + 1, "postin"},
    {RPM_TAG_PREUN, RPM_TAG_PREINPROG + 2, "preun"},
    {RPM_TAG_POSTUN, RPM_TAG_PREINPROG + 3, "postun"},
    {RPM_TAG_PRETRANS, RPM_TAG_PRETRANSPROG, "pretrans"},
    {RPM_TAG_POSTTRANS, RPM_TAG_POSTTRANSPROG, "posttrans"},
    {RPM_TAG_PREUNTRANS, RPM_TAG_PREUNTRANS + 2, "preuntrans"},
    {RPM_TAG_PREUNTRANS + 1, RPM_TAG_PREUNTRANS + 3, "postuntrans"},
    {RPM_TAG_TRIGGERSCRIPTS, RPM_TAG_TRIGGERSCRIPTPROG, "trigger"},
    {RPM_TAG_FILETRIGGERSCRIPTS, RPM_TAG_FILETRIGGERSCRIPTPROG, "filetrigger"},
    {RPM_TAG_TRANSFILETRIGGERSCRIPTS, RPM_TAG_TRANSFILETRIGGERSCRIPTPROG, "transfiletrigger"},
};

/* Lua is executed inside rpm; its scripts need neither a shell nor another program. */
static void take_script(struct package *package, const char *prefix, const char *name,
                        size_t number, const char *program, const char *text)
{
    struct package_text *row;

    if (program == NULL || *program == '\0')
        program = "/bin/sh";
    row = vec_add(&package->scripts);
    row->path = number == 0 ? text_format("%s/RPM/%s", prefix, name)
                            : text_format("%s/RPM/%s.%zu", prefix, name, number + 1);
    row->text = text_format("#!%s\n%s", program, text != NULL ? text : "");
    package->examined++;
}

struct capable {
    struct package *package;
    const char *prefix;
    struct rpm_column texts;
};

/* A text for each file, "" for most. Called in their order. */
static void take_capabilities(void *context, const char *path, size_t length)
{
    struct capable *capable = context;
    const char *text = rpm_column_text(&capable->texts);

    if (text != NULL && capabilities_text_permits(text))
        strv_take(&capable->package->capable,
                  text_format("%s%.*s", capable->prefix, (int)length, path));
}

void package_take_rpm(struct package *package, const char *prefix, const void *head, size_t size)
{
    struct rpm_header header;

    if (rpm_header_open_package(&header, head, size) < 0)
        return;
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        struct rpm_column texts = rpm_header_column(&header, scripts[i].text);
        struct rpm_column programs = rpm_header_column(&header, scripts[i].program);
        const char *text = rpm_column_text(&texts), *program = rpm_column_text(&programs);

        for (size_t n = 0; text != NULL || program != NULL; n++) {
            take_script(package, prefix, scripts[i].name, n, program, text);
            text = rpm_column_text(&texts);
            program = rpm_column_text(&programs);
        }
    }
    rpm_header_files(
        &header, take_capabilities,
        &(struct capable){package, prefix, rpm_header_column(&header, RPM_TAG_FILECAPS)});
    packages_add_rpm(package->builder, &header);
}

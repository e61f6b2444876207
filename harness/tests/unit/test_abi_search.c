/* SPDX-License-Identifier: Apache-2.0 */
/* Where the loader searches, and in which order: surfaces built by hand, one library name, many
 * places. */
#include <elf.h>

#include "abi/loader/closure.h"
#include "abi/surface/build.h"
#include "base/cleanup.h"
#include "cunit_run.h"

struct thing {
    const char *path, *soname, *rpath, *runpath, *needed;
    uint16_t machine;
    const char *link; /* target of a link; NULL: an object */
};

static struct surface *make(const struct thing *things, const char *glibc, const char *cache_path)
{
    struct surface_builder *builder = surface_builder_new();
    struct surface *surface = NULL;

    surface_builder_meta(builder, "machine", "x86_64");
    surface_builder_meta(builder, "glibc", glibc);
    for (const struct thing *thing = things; thing->path != NULL; thing++) {
        struct surface_object *object;
        uint32_t path = surface_builder_string(builder, thing->path), row, index;
        uint32_t soname = surface_builder_string(builder, thing->soname);
        uint32_t rpath = surface_builder_string(builder, thing->rpath);
        uint32_t runpath = surface_builder_string(builder, thing->runpath);
        uint32_t needed = surface_builder_string(builder, thing->needed);

        if (thing->link != NULL) {
            surface_builder_path(builder, thing->path, PATH_LINK,
                                 surface_builder_string(builder, thing->link));
            continue;
        }
        *(uint32_t *)surface_builder_row(builder, TABLE_LISTS, &row) = needed;
        object = surface_builder_row(builder, TABLE_OBJECTS, &index);
        *object =
            (struct surface_object){.path = path,
                                    .soname = soname,
                                    .rpath = rpath,
                                    .runpath = runpath,
                                    .flags = OBJECT_64,
                                    .needed = row,
                                    .needed_count = thing->needed != NULL,
                                    .machine = thing->machine != 0 ? thing->machine : EM_X86_64};
        surface_builder_path(builder, thing->path, PATH_OBJECT, index);
    }
    if (cache_path != NULL) {
        struct surface_cache row = {surface_builder_string(builder, "liba.so"),
                                    surface_builder_string(builder, cache_path), 0x0303, 0};

        *(struct surface_cache *)surface_builder_row(builder, TABLE_CACHE, NULL) = row;
    }
    CHECK_INT(surface_builder_open(builder, "made", &surface, NULL), 0);
    surface_builder_free(builder);
    return surface;
}

/* Checks the path from which the first object's closure loads liba.so, or "missing". */
static void expect(const char *what, const struct thing *things, const char *glibc,
                   const char *cache, const char *expected)
{
    struct surface *surface = make(things, glibc, cache);
    _cleanup_strv_ struct strv hwcaps = {0};
    struct closure closure;
    struct world world;
    uint32_t at;

    strv_add(&hwcaps, "x86-64-v3");
    strv_add(&hwcaps, "x86-64-v2");
    world_init(&world, NULL, surface, &hwcaps, false);
    closure_init(&closure, &world);
    closure_load(&closure, (struct object_ref){LAYER_IMAGE, 0}, things[0].path);
    at = closure_find(&closure, "liba.so");
    if (strcmp(at != SURFACE_NONE ? closure.loaded.items[at].path : "missing", expected) != 0)
        printf("\n%s:", what);
    CHECK_TEXT(at != SURFACE_NONE ? closure.loaded.items[at].path : "missing", expected);
    closure_done(&closure);
    world_done(&world);
    surface_close(surface);
}

static void test_order(void)
{
    const struct thing origin[] = {
        {.path = "/opt/x/bin/p", .runpath = "$ORIGIN/../lib", .needed = "liba.so"},
        {.path = "/opt/x/lib/liba.so"},
        {.path = "/lib64/liba.so"},
        {0}};
    const struct thing direct[] = {{.path = "/p", .runpath = "/opt", .needed = "libb.so"},
                                   {.path = "/opt/libb.so", .needed = "liba.so"},
                                   {.path = "/opt/liba.so"},
                                   {0}};
    const struct thing inherited[] = {{.path = "/p", .rpath = "/opt", .needed = "libb.so"},
                                      {.path = "/opt/libb.so", .needed = "liba.so"},
                                      {.path = "/opt/liba.so"},
                                      {0}};
    const struct thing cut[] = {{.path = "/p", .rpath = "/opt", .needed = "libb.so"},
                                {.path = "/opt/libb.so", .runpath = "/none", .needed = "liba.so"},
                                {.path = "/opt/liba.so"},
                                {0}};
    const struct thing plain[] = {{.path = "/p", .needed = "liba.so"},
                                  {.path = "/lib64/liba.so"},
                                  {.path = "/usr/lib64/liba.so"},
                                  {.path = "/other/liba.so"},
                                  {0}};
    const struct thing machine[] = {{.path = "/p", .needed = "liba.so"},
                                    {.path = "/lib64/liba.so", .machine = EM_AARCH64},
                                    {.path = "/usr/lib64/liba.so"},
                                    {0}};
    const struct thing hwcaps[] = {{.path = "/p", .needed = "liba.so"},
                                   {.path = "/lib64/liba.so"},
                                   {.path = "/lib64/glibc-hwcaps/x86-64-v2/liba.so"},
                                   {.path = "/lib64/glibc-hwcaps/x86-64-v4/liba.so"},
                                   {0}};
    const struct thing tls[] = {{.path = "/p", .needed = "liba.so"},
                                {.path = "/lib64/liba.so"},
                                {.path = "/lib64/x86_64/liba.so"},
                                {.path = "/lib64/tls/liba.so"},
                                {0}};
    const struct thing twice[] = {{.path = "/p", .rpath = "/opt", .needed = "liba.so"},
                                  {.path = "/opt/tls/x86_64/x86_64/liba.so"},
                                  {.path = "/opt/tls/x86_64/liba.so"},
                                  {0}};
    const struct thing intel[] = {
        {.path = "/p", .needed = "liba.so"}, {.path = "/lib64/haswell/liba.so"}, {0}};
    const struct thing literal[] = {{.path = "/p", .needed = "/opt/liba.so"},
                                    {.path = "/opt/liba.so", .soname = "liba.so"},
                                    {0}};
    const struct thing links[] = {{.path = "/p", .needed = "liba.so"},
                                  {.path = "/lib64", .link = "usr/lib64"},
                                  {.path = "/usr/lib64/liba.so", .link = "../../opt/liba.so.1"},
                                  {.path = "/opt/liba.so.1"},
                                  {0}};
    const struct thing circle[] = {
        {.path = "/p", .needed = "liba.so"}, {.path = "/lib64/liba.so", .link = "liba.so"}, {0}};

    expect("$ORIGIN in RUNPATH", origin, "2.36", NULL, "/opt/x/bin/../lib/liba.so");
    expect("RUNPATH is for direct needs", direct, "2.36", NULL, "missing");
    expect("RPATH is inherited", inherited, "2.36", NULL, "/opt/liba.so");
    expect("unless the asker has RUNPATH", cut, "2.36", NULL, "missing");
    expect("default folders in order", plain, "2.36", NULL, "/lib64/liba.so");
    expect("the cache before them", plain, "2.36", "/other/liba.so", "/other/liba.so");
    expect("a cache row without its file", plain, "2.36", "/gone/liba.so", "/lib64/liba.so");
    expect("another machine is passed over", machine, "2.36", NULL, "/usr/lib64/liba.so");
    expect("hwcaps that the CPU takes", hwcaps, "2.36", NULL,
           "/lib64/glibc-hwcaps/x86-64-v2/liba.so");
    expect("not before 2.33", hwcaps, "2.31", NULL, "/lib64/liba.so");
    expect("legacy subfolders up to 2.36", tls, "2.28", NULL, "/lib64/tls/liba.so");
    expect("glibc-hwcaps before them", hwcaps, "2.33", NULL,
           "/lib64/glibc-hwcaps/x86-64-v2/liba.so");
    expect("not from 2.37", tls, "2.37", NULL, "/lib64/liba.so");
    expect("platform and HWCAP bit", twice, "2.31", NULL, "/opt/tls/x86_64/x86_64/liba.so");
    expect("for other CPUs", intel, "2.31", NULL, "missing");
    expect("a name with a slash", literal, "2.36", NULL, "/opt/liba.so");
    expect("links", links, "2.36", NULL, "/lib64/liba.so");
    expect("a circle of links", circle, "2.36", NULL, "missing");
}

int main(void)
{
    CU_TestInfo tests[] = {{"order", test_order}, CU_TEST_INFO_NULL};

    return cunit_run("abi search", tests);
}

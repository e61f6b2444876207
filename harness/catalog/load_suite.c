/* SPDX-License-Identifier: Apache-2.0 */
/* A suite's folder -> struct suite: suite.xml and the case scripts that it refers to. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/path.h"
#include "catalog/catalog.h"
#include "catalog/load.h"
#include "probes/probes.h"

#define TIMEOUT_DEFAULT_S 60
#define TIMEOUT_MAX_S (7 * 24 * 3600)
enum { ROUNDS_MAX = 200, MINUTES_MAX = 1440 };
#define GUESTS_MAX 16
#define MEMORY_MAX_MIB (1024 * 1024)
#define CASES_MAX 1024
#define LEFTOVERS_MAX 100

static void read_packages(const xmlNode *node, struct suite *suite)
{
    _cleanup_free_ char *arch = xml_attribute(node, "arch");
    struct suite_packages *packages = vec_add(&suite->packages);

    packages->family = xml_attribute(node, "family");
    packages->any_arch = !arch_parse(arch, &packages->arch);
    xml_words(node, &packages->names);
}

/* A pattern that every name matches would switch the check off. */
static bool is_too_wide(enum footprint_kind kind, const char *pattern)
{
    size_t letters = 0;

    for (const char *at = pattern; *at != '\0'; at++)
        letters += strchr("*?[]/", *at) == NULL;
    return letters < (kind == FOOTPRINT_FILE || kind == FOOTPRINT_OS_FILE ? 4 : 2);
}

static int read_leftover(const struct xml_file *file, const xmlNode *node, struct suite *suite,
                         struct error **err)
{
    _cleanup_free_ char *kind = xml_attribute(node, "kind");
    struct suite_leftover *row = vec_add(&suite->leftovers);

    row->pattern = xml_attribute(node, "name");
    row->reason = xml_text(node);
    if (!footprint_kind_parse(kind, &row->kind))
        return xml_error(file, node, err, "leftover kind '%s' is not known", kind);
    if (suite->leftovers.count > LEFTOVERS_MAX)
        return xml_error(file, node, err, "more than %d leftovers: use patterns", LEFTOVERS_MAX);
    if (is_too_wide(row->kind, row->pattern))
        return xml_error(file, node, err,
                         "leftover name '%s' matches almost everything of kind %s: name what the "
                         "product leaves behind",
                         row->pattern, kind);
    return 0;
}

/* The closest earlier case, for a message; borrowed. */
static char *closest_case(const struct suite *suite, size_t count, const char *name)
{
    _cleanup_strv_ struct strv known = {0};

    for (size_t i = 0; i < count; i++)
        strv_add(&known, suite->cases.items[i].id);
    return text_dup(strv_closest(&known, name));
}

static int read_need(const struct xml_file *file, const xmlNode *node, const struct suite *suite,
                     struct suite_case *row, struct error **err)
{
    static const struct {
        const char *attribute;
        enum need_kind kind;
    } kinds[] = {{"case", NEED_CASE}, {"feature", NEED_FEATURE}, {"arch", NEED_ARCH}};
    struct need *need = vec_add(&row->needs);

    for (size_t i = 0; need->value == NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        need->kind = kinds[i].kind;
        need->value = xml_attribute(node, kinds[i].attribute);
    }
    if (need->kind != NEED_CASE)
        return 0;
    for (size_t i = 0; i + 1 < suite->cases.count; i++)
        if (text_equal(suite->cases.items[i].id, need->value))
            return 0;
    _cleanup_free_ char *close = closest_case(suite, suite->cases.count - 1, need->value);
    return xml_error(file, node, err,
                     "case '%s' needs case '%s', which does not come before it%s%s%s: cases run in "
                     "the order of the file, so move or correct it",
                     row->id, need->value, close != NULL ? " (the closest is '" : "",
                     close != NULL ? close : "", close != NULL ? "')" : "");
}

/* Never left to chance: a case in the wrong guest would say something about the wrong system. */
static int read_guest(const struct xml_file *file, const xmlNode *node, const struct suite *suite,
                      struct suite_case *row, struct error **err)
{
    _cleanup_free_ char *guest = xml_attribute(node, "guest");
    _cleanup_strv_ struct strv known = {0};
    const char *close;

    strv_add(&known, GUEST_SERVER);
    if (suite->client)
        strv_add(&known, GUEST_CLIENT);
    row->in_client = text_equal(guest, GUEST_CLIENT);
    if (guest != NULL && !strv_has(&known, guest)) {
        if (row->in_client)
            return xml_error(file, node, err,
                             "case '%s' runs in guest '%s', which the suite does not ask for: add "
                             "<guest name=\"%s\"/> after <product>",
                             row->id, guest, guest);
        close = strv_closest(&known, guest);
        return xml_error(file, node, err,
                         "case '%s' runs in guest '%s', which the suite does not have%s%s%s: "
                         "'" GUEST_SERVER "' is the guest under test, '" GUEST_CLIENT
                         "' the second one",
                         row->id, guest, close != NULL ? " (the closest is '" : "",
                         close != NULL ? close : "", close != NULL ? "')" : "");
    }
    if (row->in_client && row->restarts)
        return xml_error(file, node, err,
                         "case '%s' cannot have restarts=\"yes\": only the guest under test can be "
                         "restarted",
                         row->id);
    if (row->in_client && (row->item == ITEM_INSTALL || row->item == ITEM_UNINSTALL || row->probe))
        return xml_error(file, node, err,
                         "case '%s' cannot run in guest '" GUEST_CLIENT
                         "': the product is installed, measured and removed in the guest under "
                         "test; give it another item, or leave out guest=\"" GUEST_CLIENT "\"",
                         row->id);
    return 0;
}

/* Cases after which a guest can be restored must be the first ones, run only once, and be
 * judgeable. */
static int check_install(const struct xml_file *file, const xmlNode *node,
                         const struct suite *suite, const struct suite_case *row,
                         struct error **err)
{
    const struct suite_case *before = row > suite->cases.items ? row - 1 : NULL;
    const char *problem = NULL;

    if (row->item != ITEM_INSTALL)
        problem = "its item is not 'install'";
    else if (!row->required || row->native_only)
        problem = "it is not required and judged on every platform";
    else if (row->restarts)
        problem = "restarts=\"yes\" starts its guest again";
    else if (before != NULL && !before->install)
        problem = "a case before it does not have it: the cases that install come first";
    return problem == NULL ? 0
                           : xml_error(file, node, err, "case '%s' cannot have install=\"yes\": %s",
                                       row->id, problem);
}

static int read_length(const struct xml_file *file, const xmlNode *node, struct suite_case *row,
                       struct error **err)
{
    uint64_t rounds = 0, minutes = 0;
    int code = xml_number(file, node, "rounds", 1, ROUNDS_MAX, &rounds, err);

    if (code == 0)
        code = xml_number(file, node, "minutes", 1, MINUTES_MAX, &minutes, err);
    if (code < 0)
        return code;
    if (rounds > 0 && minutes == 0)
        return xml_error(file, node, err,
                         "case '%s' has rounds and no minutes: say how long a round is", row->id);
    if (minutes > 0 && row->in_client)
        return xml_error(file, node, err,
                         "case '%s' cannot have minutes in guest '" GUEST_CLIENT
                         "': the guest under test is measured",
                         row->id);
    row->rounds = minutes > 0 && rounds == 0 ? 1 : (unsigned)rounds;
    row->minutes = (unsigned)minutes;
    return 0;
}

static int read_case(const struct xml_file *file, const xmlNode *node, struct suite *suite,
                     struct error **err)
{
    _cleanup_free_ char *id = xml_attribute(node, "id"), *item = xml_attribute(node, "item");
    _cleanup_free_ char *protocol = xml_attribute(node, "protocol");
    _cleanup_free_ char *required = xml_attribute(node, "required");
    _cleanup_free_ char *judge = xml_attribute(node, "judge");
    _cleanup_free_ char *restarts = xml_attribute(node, "restarts");
    _cleanup_free_ char *probe = xml_attribute(node, "probe");
    _cleanup_free_ char *install = xml_attribute(node, "install");
    uint64_t timeout = TIMEOUT_DEFAULT_S;
    struct suite_case *row;
    int code;

    if (!text_is_name(id))
        return xml_error(file, node, err, "case id '%s': use a-z, 0-9, '.', '_', '+', '-'", id);
    if (text_starts(id, PROBES_PREFIX))
        return xml_error(file, node, err,
                         "case id '%s': ids that begin with '" PROBES_PREFIX
                         "' are those of the built-in probes, which certification programmes "
                         "count; rename the case",
                         id);
    if (suite_find_case(suite, id) != NULL)
        return xml_error(file, node, err,
                         "duplicate case '%s': case ids must be unique; rename one", id);
    row = vec_add(&suite->cases);
    row->run = xml_attribute(node, "run");
    if (row->run == NULL)
        row->run = text_dup(id);
    row->id = steal_ptr(id);
    load_titles(node, &row->title, &row->title_zh);
    if (!item_parse(item, &row->item))
        return xml_error(file, node, err, "item '%s' is not known", item);
    if (protocol != NULL && !protocol_parse(protocol, &row->protocol))
        return xml_error(file, node, err, "protocol '%s' is not known", protocol);
    row->required = !text_equal(required, "no");
    row->native_only = text_equal(judge, "native");
    row->restarts = text_equal(restarts, "yes");
    row->probe = text_equal(probe, "yes");
    row->install = text_equal(install, "yes");
    code = xml_number(file, node, "timeout", 1, TIMEOUT_MAX_S, &timeout, err);
    if (code < 0)
        return code;
    row->timeout_s = (unsigned)timeout;
    code = read_guest(file, node, suite, row, err);
    if (code == 0)
        code = read_length(file, node, row, err);
    if (code < 0)
        return code;
    for (const xmlNode *need = xml_child(node, "needs"); need != NULL;
         need = xml_next(need, "needs")) {
        code = read_need(file, need, suite, row, err);
        if (code < 0)
            return code;
    }
    return row->install ? check_install(file, node, suite, row, err) : 0;
}

static bool has_install(const struct xml_file *file)
{
    for (const xmlNode *node = xml_child(xml_file_root(file), "case"); node != NULL;
         node = xml_next(node, "case")) {
        _cleanup_free_ char *item = xml_attribute(node, "item");

        if (text_equal(item, item_name(ITEM_INSTALL)))
            return true;
    }
    return false;
}

static int read_cases(const struct xml_file *file, struct suite *suite, struct error **err)
{
    if (suite->probes.wanted)
        probes_begin(suite, has_install(file));
    for (const xmlNode *node = xml_child(xml_file_root(file), "case"); node != NULL;
         node = xml_next(node, "case")) {
        int code = read_case(file, node, suite, err);

        if (code == 0)
            code = load_check_script(file, node, suite, &suite->cases.items[suite->cases.count - 1],
                                     err);
        if (code < 0)
            return code;
        if (suite->cases.count > CASES_MAX)
            return xml_error(file, node, err, "more than %d cases: split the suite", CASES_MAX);
    }
    if (suite->probes.wanted)
        probes_finish(suite);
    return 0;
}

/* What is neither installed by the image's package manager nor lies in files/ has no packages whose
 * services and commands could be found. */
static int choose_probes(const struct xml_file *file, bool forced, struct suite *suite,
                         struct error **err)
{
    const xmlNode *node = xml_child(xml_file_root(file), "probes");
    _cleanup_free_ char *files = path_join(suite->folder, "files");
    bool has_product = suite->packages.count > 0 || path_is_folder(files);

    if (node != NULL && !has_product)
        return xml_error(file, node, err,
                         "<probes> without <packages> and without files/: they find services and "
                         "commands by the packages of the product, so name some");
    suite->probes.wanted = node != NULL || (forced && has_product);
    return node != NULL ? load_probes(file, node, suite, err) : 0;
}

static int read_all(const struct xml_file *file, bool probes, const struct strv *measures,
                    struct suite *suite, struct error **err)
{
    const xmlNode *root = xml_file_root(file);
    uint64_t guests = 1, memory = 0;
    int code = load_name(file, &suite->name, err);

    if (code == 0)
        code = xml_number(file, root, "guests", 1, GUESTS_MAX, &guests, err);
    if (code == 0)
        code = xml_number(file, root, "memory-mib", 0, MEMORY_MAX_MIB, &memory, err);
    if (code < 0)
        return code;
    suite->guests = (unsigned)guests;
    suite->memory_mib = (unsigned)memory;
    suite->client = xml_child(root, "guest") != NULL;
    load_titles(root, &suite->title, &suite->title_zh);
    suite->vendor = xml_text(xml_child(root, "vendor"));
    suite->product = xml_text(xml_child(root, "product"));
    for (const xmlNode *node = xml_child(root, "packages"); node != NULL;
         node = xml_next(node, "packages"))
        read_packages(node, suite);
    for (const xmlNode *node = xml_child(root, "leftover"); code == 0 && node != NULL;
         node = xml_next(node, "leftover"))
        code = read_leftover(file, node, suite, err);
    if (code == 0)
        code = choose_probes(file, probes, suite, err);
    if (code == 0)
        code = load_measures(suite, measures, err);
    if (code < 0)
        return code;
    code = read_cases(file, suite, err);
    return code == 0 ? load_differences(file, suite, err) : code;
}

int catalog_load_suite(const char *folder, struct suite **ret_suite, struct error **err)
{
    return catalog_load_suite_probed(folder, false, NULL, ret_suite, err);
}

int catalog_load_suite_probed(const char *folder, bool probes, const struct strv *measures,
                              struct suite **ret_suite, struct error **err)
{
    _cleanup_(suite_free_cleanup) struct suite *suite = text_calloc(1, sizeof(*suite));
    _cleanup_xml_file_ struct xml_file *file = NULL;
    _cleanup_free_ char *path = NULL;
    int code;

    suite->folder = realpath(folder, NULL);
    if (suite->folder == NULL && errno == ENOENT)
        return error_set(err, -ENOENT,
                         "suite folder '%s' does not exist: 'touchstone suite list' lists the "
                         "suites, 'touchstone suite new' creates one",
                         folder);
    if (suite->folder == NULL)
        return error_set_errno(err, -errno, "cannot open suite folder '%s'", folder);
    path = path_join(folder, "suite.xml");
    if (!path_is_folder(folder))
        return error_set(err, -EINVAL,
                         "suite '%s' is not a folder: give the one that contains suite.xml",
                         folder);
    if (!path_exists(path))
        return error_set(err, -ENOENT,
                         "suite folder '%s' has no suite.xml: give the folder that contains it",
                         folder);
    code = xml_file_open(path, "suites/suite.rng", &file, err);
    if (code == 0)
        code = read_all(file, probes, measures, suite, err);
    if (code < 0)
        return code;
    strcpy(suite->file_sha256, xml_file_sha256(file));
    *ret_suite = steal_ptr(suite);
    return 0;
}

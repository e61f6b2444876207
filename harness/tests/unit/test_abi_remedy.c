/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies for a name that an image lacks, by the image's distribution. */
#include "abi/surface/build.h"
#include "abi/surface/remedy.h"
#include "base/error.h"
#include "base/text.h"
#include "cunit_run.h"

static struct surface *image(const char *id, const char *version)
{
    struct surface_builder *builder = surface_builder_new();
    struct surface *surface = NULL;

    surface_builder_meta(builder, "os.ID", id);
    surface_builder_meta(builder, "os.VERSION_ID", version);
    surface_builder_meta(builder, "machine", "x86_64");
    CHECK_INT(surface_builder_open(builder, id, &surface, NULL), 0);
    surface_builder_free(builder);
    return surface;
}

/* has: what the text mentions; lacks: what it must not mention. NULL in has: there is no text. */
static void test_requirements(void)
{
    static const struct {
        const char *id, *version, *requires, *has[2], *lacks;
    } rows[] = {
        {"tencentos", "4", "libcrypto.so.10()(64bit)", {"install compat-openssl10,"}, ".i686"},
        {"tencentos", "4", "libcrypto.so.10(OPENSSL_1.0.1)(64bit)", {"compat-openssl10"}, "i686"},
        {"tencentos", "4", "libz.so.1", {"install zlib,"}, ".i686"},
        {"tencentos", "4", "libz.so.1()", {"install zlib.i686,"}, "statically"},
        {"tencentos", "4", "libpng15.so.15()(64bit)", {"libpng15 of EL 8", "libpng16"}, "install"},
        {"tencentos", "4", "libfuse.so.2", {"fuse-libs"}, NULL},
        {"tencentos", "3", "libodbc.so.2", {"unixODBC"}, NULL},
        {"tencentos", "2", "libpcap.so.1", {"libpcap"}, NULL},
        {"debian", "12", "libpcap.so.0.8", {"libpcap0.8"}, NULL},
        {"tencentos", "3", "libcom_err.so.2", {"libcom_err"}, NULL},
        {"tencentos", "4", "/usr/bin/python", {"python3"}, "install"},
        {"debian", "12", "/usr/bin/python", {"python-is-python3"}, NULL},
        {"tencentos", "4", "/usr/sbin/ifconfig", {"install net-tools,"}, NULL},
        {"tencentos", "4", "net-tools", {"install net-tools from"}, NULL},
        {"tencentos", "3", "bridge-utils", {"bridge-utils of", "ip link"}, "install"},
        {"tencentos",
         "3",
         "policycoreutils-python",
         {"policycoreutils-python-utils"},
         "no package"},
        {"tencentos", "4", "compat-db47", {"of EL 7", "Berkeley DB 5.3"}, "install"},
        {"debian", "12", "openssl-libs", {"require libssl3"}, NULL},
        {"fedora", "44", "bridge-utils", {NULL}, NULL},
        {"tencentos", "4", "perl(Getopt::Long)", {NULL}, NULL},
        {"tencentos", "4", "no-such-package", {NULL}, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct surface *surface = image(rows[i].id, rows[i].version);
        _cleanup_free_ char *text = remedy_requirement(surface, rows[i].requires);

        if (rows[i].has[0] == NULL)
            CHECK_TEXT(text, NULL);
        for (size_t k = 0; k < 2 && rows[i].has[k] != NULL; k++)
            CHECK_HAS(text, rows[i].has[k]);
        if (text != NULL && rows[i].lacks != NULL && strstr(text, rows[i].lacks) != NULL)
            CHECK_TEXT(text, rows[i].lacks);
        surface_close(surface);
    }
}

static void test_commands(void)
{
    CHECK_INT(remedy_command("/sbin/ifconfig"), COMMAND_GONE);
    CHECK_INT(remedy_command("which"), COMMAND_OPTIONAL);
    CHECK_INT(remedy_command("tar"), COMMAND_COMMON);
    CHECK_INT(remedy_command("vendor-tool"), COMMAND_COMMON);
}

int main(void)
{
    CU_TestInfo tests[] = {{"requirements by system", test_requirements},
                           {"how usual a command is", test_commands},
                           CU_TEST_INFO_NULL};

    return cunit_run("abi_remedy", tests);
}

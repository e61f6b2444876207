/* SPDX-License-Identifier: Apache-2.0 */
/* Siblings have the same path after words that name a system, an architecture or a C library are
 * removed. */
#include "abi/check/siblings.h"

#include <elf.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"

/* As used by npm, node-gyp-build, JNI loaders, Go and Rust; longer words precede their prefixes. */
static const char *const words[] = {
    "x86_64",  "x86-64",    "x86_32",      "x86",         "amd64",      "x64",       "ia32",
    "i386",    "i486",      "i586",        "i686",        "aarch64",    "aarch_64",  "arm64ec",
    "arm64",   "armv5",     "armv6l",      "armv6hf",     "armv6",      "armv7l",    "armv7a",
    "armv7",   "armhf",     "armel",       "armv8",       "arm32",      "arm",       "ppc64le",
    "ppc64el", "ppc64",     "ppcle_64",    "powerpc64le", "ppc",        "s390x",     "s390_64",
    "s390",    "riscv64gc", "riscv64",     "riscv",       "mips64el",   "mips64le",  "mipsel",
    "mips64",  "mips",      "loongarch64", "loong64",     "sparc64",    "sparcv9",   "sparc",
    "glibc",   "gnueabihf", "gnueabi",     "gnu",         "musleabihf", "musl",      "alpine",
    "linux",   "android",   "freebsd",     "openbsd",     "netbsd",     "dragonfly", "sunos",
    "solaris", "illumos",   "darwin",      "macosx",      "macos",      "osx",       "windows",
    "win32",   "win64",     "win",         "universal",   "hardfloat",  "softfloat", "unknown",
    "pc",      "64",        "32",
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Words that other systems call themselves, among the ones above and some more. */
static const char *const foreign[] = {"android", "freebsd", "openbsd",   "netbsd",  "sunos",
                                      "solaris", "illumos", "dragonfly", "darwin",  "macosx",
                                      "macos",   "mac",     "osx",       "windows", "win32",
                                      "win64",   "win",     "mingw32",   "mingw",   "mingw64",
                                      "msvc",    "ios",     "efi",       "dos",     "cygwin"};

static bool is_foreign(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
        if (strlen(foreign[i]) == length && strncasecmp(foreign[i], word, length) == 0)
            return true;
    return false;
}

bool siblings_name_system(const char *path)
{
    for (const char *at = path; *at != '\0';) {
        size_t length = 0;

        while (is_letter(at[length]))
            length++;
        if (length > 0 && is_foreign(at, length))
            return true;
        at += length > 0 ? length : 1;
    }
    return false;
}

static size_t word_at(const char *at)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t length = strlen(words[i]);

        if (strncasecmp(at, words[i], length) == 0 && !is_letter(at[length]))
            return length;
        /* linux32, linux64, win32: two words without a separator. */
        if (strncasecmp(at, words[i], length) == 0 &&
            (strncmp(at + length, "64", 2) == 0 || strncmp(at + length, "32", 2) == 0) &&
            !is_letter(at[length + 2]))
            return length + 2;
    }
    return 0;
}

static bool is_among(const char *at, size_t length, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strlen(*names) == length && strncasecmp(*names, at, length) == 0)
            return true;
    return false;
}

bool siblings_name_32_bit(const char *path, uint16_t machine)
{
    static const char *const x86[] = {"i386", "i486", "i586",  "i686",    "x86", "x86_32",
                                      "ia32", "32",   "lib32", "linux32", NULL};
    static const char *const arm[] = {"arm",   "armhf",   "armel",  "armv6", "armv6l",
                                      "armv7", "armv7a",  "armv7l", "arm32", "32",
                                      "lib32", "linux32", NULL};

    for (const char *at = path; *at != '\0';) {
        size_t length = word_at(at);

        if (length == 0)
            while (is_letter(at[length]))
                length++;
        if (length > 0 && is_among(at, length, machine == EM_X86_64 ? x86 : arm))
            return true;
        at += length > 0 ? length : 1;
    }
    return false;
}

bool siblings_name_machine(const char *path, uint16_t machine)
{
    static const char *const x86[] = {"x86_64", "x86-64", "amd64", "x64", NULL};
    static const char *const arm[] = {"aarch64", "aarch_64", "arm64", NULL};
    static const char *const others[] = {
        "glibc",     "gnueabihf", "gnueabi",   "gnu",     "musleabihf", "musl", "alpine",  "linux",
        "universal", "hardfloat", "softfloat", "unknown", "pc",         "64",   "linux64", NULL};
    bool named = false;

    /* The last word counts: "x86_64-linux-gnu/plugins/arm64/". */
    for (const char *at = path; *at != '\0';) {
        size_t length = at == path || !is_letter(at[-1]) ? word_at(at) : 0;

        if (length > 0 && !is_among(at, length, others))
            named = (machine == EM_X86_64 && is_among(at, length, x86)) ||
                    (machine == EM_AARCH64 && is_among(at, length, arm));
        at += length > 0 ? length : 1;
    }
    return named;
}

char *siblings_home(const char *path)
{
    static const char modules[] = "/node_modules/";
    const char *module = NULL, *end;

    for (const char *at = strstr(path, modules); at != NULL; at = strstr(at + 1, modules))
        module = at + strlen(modules);
    if (module != NULL) {
        end = module + strcspn(module, "/");
        if (*module == '@' && *end == '/')
            end += 1 + strcspn(end + 1, "/");
        return text_format("%.*s", (int)(end - path), path);
    }
    for (const char *at = path; *at != '\0'; at += strspn(at, "/")) {
        _cleanup_free_ char *part = text_format("%.*s", (int)strcspn(at, "/"), at);

        if (siblings_name_system(part))
            return text_format("%.*s", at > path ? (int)(at - path - 1) : 0, path);
        at += strlen(part);
    }
    return text_dup("");
}

char *siblings_key(const char *path)
{
    _cleanup_buffer_ struct buffer key = {0};

    buffer_add(&key, "", 0);
    for (const char *at = path; *at != '\0';) {
        size_t length = at == path || !is_letter(at[-1]) ? word_at(at) : 0;

        if (length > 0)
            at += length;
        else if (strchr("-_+.", *at) != NULL) /* separators between the words */
            at++;
        else
            buffer_add(&key, at++, 1);
    }
    return buffer_steal(&key);
}

/* Add-ons of Node and extensions of Python name the versions that they are for: "/node/108/",
 * "glibc-115-Release", ".abi115.", ".cpython-36m-"; ".napi." is for all that follow. */
char *siblings_versionless_key(const char *path)
{
    _cleanup_free_ char *key = NULL;
    struct buffer plain = {0};

    if (!text_ends(path, ".node") && strstr(path_base(path), ".cpython-") == NULL)
        return NULL;
    key = siblings_key(path);
    buffer_add(&plain, "", 0);
    for (const char *at = key; *at != '\0'; at++) {
        if (strncasecmp(at, "release", 7) == 0) {
            at += 6;
        } else if (strcmp(at, "napinode") == 0) {
            buffer_text(&plain, "abi");
            at += 3;
        } else if (strncmp(at, "cpython", 7) == 0) {
            at += 6 + strspn(at + 7, "0123456789dmut");
        } else if ((*at < '0' || *at > '9') &&
                   !(*at == '/' && plain.length > 0 && plain.data[plain.length - 1] == '/')) {
            buffer_add(&plain, at, 1);
        }
    }
    return buffer_steal(&plain);
}

bool siblings_fit(const struct check *check, const struct surface_object *object)
{
    const struct surface *surface = check->package->surface;

    if (object->machine != check->world.machine ||
        (object->osabi != ELFOSABI_NONE && object->osabi != ELFOSABI_GNU))
        return false;
    if (object->interpreter != 0 &&
        !world_resolve(&check->world, surface_text(surface, object->interpreter)).found)
        return false;
    for (uint32_t i = 0; i < object->needed_count; i++) {
        const char *name = surface_text(surface, surface->lists[object->needed + i]);

        if (text_starts(name, "libc.musl-") || text_starts(name, "ld-musl") ||
            strcmp(name, "libc.so") == 0 || strcmp(name, "liblog.so") == 0 ||
            strcmp(name, "libc.so.7") == 0)
            return false;
    }
    return true;
}

static void add_key(struct strv *keys, struct text_map *map, char *key, uint32_t object)
{
    if (key == NULL)
        return;
    strv_take(keys, key);
    text_map_put(map, key, object);
}

/* True if a build that fits has the same key, or the same apart from versions. */
static bool has_fitting(const struct text_map *fitting, const char *path)
{
    _cleanup_free_ char *key = siblings_key(path), *plain = siblings_versionless_key(path);

    return text_map_get(fitting, key) != TEXT_MAP_NONE ||
           (plain != NULL && text_map_get(fitting, plain) != TEXT_MAP_NONE);
}

/* A loader of native code picks by the folder's name, and then finds code for another machine. */
static bool is_misplaced(const struct check *check, const struct package_elf *elf)
{
    return check->package->surface->objects[elf->object].machine != check->world.machine &&
           siblings_name_machine(elf->path, check->world.machine);
}

void siblings_find(struct check *check)
{
    const struct surface *surface = check->package->surface;
    _cleanup_strv_ struct strv keys = {0};
    struct text_map fitting = {0};

    vec_foreach (elf, &check->package->elves)
        if (siblings_fit(check, &surface->objects[elf->object])) {
            add_key(&keys, &fitting, siblings_key(elf->path), elf->object);
            add_key(&keys, &fitting, siblings_versionless_key(elf->path), elf->object);
        }
    vec_foreach (elf, &check->package->elves)
        if (!siblings_fit(check, &surface->objects[elf->object]) && !is_misplaced(check, elf) &&
            has_fitting(&fitting, elf->path))
            check->spare[elf->object] = 1;
    text_map_done(&fitting);
}

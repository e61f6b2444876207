/* SPDX-License-Identifier: Apache-2.0 */
/* A delivery of text files in memory, checked against an image with PAM and a name service. */
#ifndef TS_FUZZ_SCRIPTS_H
#define TS_FUZZ_SCRIPTS_H

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/check/check.h"
#include "base/cleanup.h"
#include "fuzz.h"

#define TAR_BLOCK 512

static void fuzz_tar_add(struct buffer *tar, const char *path, const char *data, size_t size)
{
    static const char zeros[TAR_BLOCK] = {0};
    char head[TAR_BLOCK] = {0};
    unsigned sum = 0;

    snprintf(head, 100, "%s", path);
    memcpy(head + 100, "0000755", 8);
    memcpy(head + 108, "0000000", 8);
    memcpy(head + 116, "0000000", 8);
    snprintf(head + 124, 12, "%011zo", size);
    memcpy(head + 136, "00000000000", 12);
    memset(head + 148, ' ', 8);
    head[156] = '0';
    memcpy(head + 257, "ustar\00000", 8);
    for (size_t i = 0; i < sizeof(head); i++)
        sum += (unsigned char)head[i];
    snprintf(head + 148, 8, "%06o", sum);
    buffer_add(tar, head, sizeof(head));
    buffer_add(tar, data, size);
    buffer_add(tar, zeros, (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
}

static struct surface *fuzz_image(void)
{
    static const char *const files[] = {"/usr/bin/sh",        "/usr/bin/python3",
                                        "/usr/bin/perl",      "/etc/pam.d/sshd",
                                        "/etc/nsswitch.conf", "/usr/lib/security/pam_unix.so"};
    struct surface_builder *builder = surface_builder_new();
    struct surface *image;

    surface_builder_meta(builder, "machine", "x86_64");
    surface_builder_meta(builder, "glibc", "2.36");
    surface_builder_meta(builder, "system-files", "2");
    surface_builder_meta(builder, "users", ":root:");
    surface_builder_meta(builder, "groups", ":root:");
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        surface_builder_path(builder, files[i], PATH_FILE, 0);
    if (surface_builder_open(builder, "image", &image, NULL) < 0)
        abort();
    surface_builder_free(builder);
    return image;
}

/* Checks the delivery; every row names a file of it or none, and nothing is a pass that was not
 * examined. */
static void fuzz_check(const struct buffer *tar)
{
    static const struct strv nothing;
    static struct isa_cpu items[] = {{EM_X86_64, &nothing}};
    static const struct isa_cpus cpus = {items, 1};
    static struct surface *image;
    struct package *package = NULL;
    struct findings findings = {0};
    char path[64];
    int fd = memfd_create("delivery.tar", MFD_CLOEXEC);

    if (image == NULL)
        image = fuzz_image();
    if (fd < 0 || write(fd, tar->data, tar->length) != (ssize_t)tar->length)
        abort();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (package_read(path, &cpus, &package, NULL) == 0) {
        check_package(package, image, "image", NULL, &findings);
        vec_foreach (row, &findings.rows)
            if (row->found == NULL || row->found[0] == '\0')
                abort();
        if (package->examined == 0 && findings_verdict(&findings, true) == VERDICT_COMPATIBLE)
            abort();
        package_free(package);
    }
    findings_done(&findings);
    close(fd);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Writes seed disks. */
#include "guest/media/seed.h"

#include <archive.h>
#include <archive_entry.h>
#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/path.h"
#include "base/text.h"
#include "guest/domain/xml.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789-_";

static void random_letters(char *text, size_t count)
{
    unsigned char bytes[64];

    if (count > sizeof(bytes) || getrandom(bytes, count, 0) != (ssize_t)count)
        abort();
    for (size_t i = 0; i < count; i++)
        text[i] = letters[bytes[i] % (sizeof(letters) - 1)];
    text[count] = '\0';
}

char *seed_new_password(void)
{
    char text[25];

    random_letters(text, sizeof(text) - 1);
    return text_dup(text);
}

char *seed_fetch_command(void)
{
    return text_format(
        "for d in /sys/block/vd*; do if [ \"$(cat $d/serial 2>/dev/null)\" = " GUEST_SERIAL_SEED
        " ]; then dd if=/dev/${d##*/} of=" SEED_PROGRAM
        " bs=%d skip=%d count=%d 2>/dev/null; fi; done; chmod 700 " SEED_PROGRAM,
        SEED_BLOCK, SEED_PROGRAM_BLOCK, SEED_PROGRAM_BLOCKS);
}

/*
 * Starts the guest agent if it is installed (on some systems udev starts it, on others nobody
 * does), else the harness's program on the same port, as a service that survives cloud-init.
 * cloud-init's runcmd runs only at the first boot of an instance, and a guest may be restarted;
 * bootcmd runs at each boot, but too early for services, and therefore installs what the last stage
 * runs.
 */
static void add_script(struct buffer *text)
{
    _cleanup_free_ char *fetch = seed_fetch_command();

    buffer_format(text,
                  "      mkdir -p /var/lib/cloud/scripts/per-boot\n"
                  "      cat > /var/lib/cloud/scripts/per-boot/touchstone <<'END'\n"
                  "      #!/bin/sh\n"
                  "      systemctl start qemu-guest-agent 2>/dev/null || true\n"
                  "      if systemctl is-active --quiet qemu-guest-agent 2>/dev/null; then exit 0; "
                  "fi\n"
                  "      %s\n"
                  "      chcon -t bin_t " SEED_PROGRAM " 2>/dev/null || true\n"
                  "      systemd-run --unit=touchstone-serve " SEED_PROGRAM " serve --port || "
                  "setsid " SEED_PROGRAM " serve --port </dev/null >/dev/null 2>&1 &\n"
                  "      END\n"
                  "      chmod 700 /var/lib/cloud/scripts/per-boot/touchstone\n",
                  fetch);
}

/* Apart from enabling access, the guest is not changed: nothing is resized, no keys are
 * generated. */
static int make_user_data(const char *password, struct buffer *text, struct error **err)
{
    char salt[32] = "$6$";
    struct crypt_data data = {0};
    const char *hash;

    random_letters(salt + 3, 16);
    for (char *at = salt + 3; *at != '\0'; at++)
        if (*at == '-' || *at == '_')
            *at = '.';
    hash = crypt_r(password, salt, &data);
    if (hash == NULL || hash[0] == '*')
        return error_set(err, -EINVAL, "this host's crypt(3) has no SHA-512 ('$6$')");
    buffer_format(text,
                  "#cloud-config\n"
                  "locale: false\n"
                  "resize_rootfs: false\n"
                  "growpart: {mode: \"off\"}\n"
                  "ssh_deletekeys: false\n"
                  "ssh_genkeytypes: []\n"
                  "users:\n"
                  "  - default\n"
                  "  - name: " SEED_USER "\n"
                  "    shell: /bin/sh\n"
                  "    sudo: \"ALL=(ALL) NOPASSWD:ALL\"\n"
                  "    lock_passwd: false\n"
                  "    passwd: \"%s\"\n"
                  "bootcmd:\n"
                  "  - - sh\n"
                  "    - -c\n"
                  "    - |\n",
                  hash);
    add_script(text);
    return 0;
}

static int put_file(struct archive *iso, const char *name, const char *data, size_t length)
{
    struct archive_entry *entry = archive_entry_new();
    int code;

    if (entry == NULL)
        text_out_of_memory();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_size(entry, (int64_t)length);
    code = archive_write_header(iso, entry);
    archive_entry_free(entry);
    return code == ARCHIVE_OK && archive_write_data(iso, data, length) == (la_ssize_t)length
               ? ARCHIVE_OK
               : ARCHIVE_FATAL;
}

static int write_volume(const char *path, int fd, const char *user_data, struct error **err)
{
    static const char meta[] = "instance-id: touchstone\nlocal-hostname: touchstone\n";
    struct archive *iso = archive_write_new();
    int code;

    if (iso == NULL)
        text_out_of_memory();
    code = archive_write_set_format_iso9660(iso);
    if (code == ARCHIVE_OK)
        code = archive_write_set_options(iso, "volume-id=cidata");
    if (code == ARCHIVE_OK)
        code = archive_write_open_fd(iso, fd);
    if (code == ARCHIVE_OK)
        code = put_file(iso, "user-data", user_data, strlen(user_data));
    if (code == ARCHIVE_OK)
        code = put_file(iso, "meta-data", meta, strlen(meta));
    if (code == ARCHIVE_OK)
        code = archive_write_close(iso);
    if (code != ARCHIVE_OK)
        code = error_set(err, -EIO, "cannot write seed disk '%s': %s", path,
                         archive_error_string(iso));
    archive_write_free(iso);
    return code;
}

static int write_program(const char *path, int fd, const char *program, struct error **err)
{
    const off_t place = (off_t)SEED_PROGRAM_BLOCK * SEED_BLOCK;
    const size_t most = (size_t)SEED_PROGRAM_BLOCKS * SEED_BLOCK;
    _cleanup_buffer_ struct buffer data = {0};
    int code = path_read(program, most, &data, err);

    if (code < 0)
        return code;
    if (lseek(fd, 0, SEEK_END) > place)
        return error_set(err, -EFBIG, "seed disk '%s': its volume reaches into the program", path);
    if (ftruncate(fd, place + (off_t)most) < 0 ||
        pwrite(fd, data.data, data.length, place) != (ssize_t)data.length)
        return error_set_errno(err, errno != 0 ? -errno : -EIO, "cannot write seed disk '%s'",
                               path);
    return 0;
}

int seed_make(const char *path, const char *password, const char *program, struct error **err)
{
    _cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    _cleanup_buffer_ struct buffer text = {0};
    int code;

    if (fd < 0)
        return error_set_errno(err, -errno, "cannot make seed disk '%s'", path);
    code = make_user_data(password, &text, err);
    if (code == 0)
        code = write_volume(path, fd, text.data, err);
    return code < 0 ? code : write_program(path, fd, program, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the armour of a signature; everything cryptographic is done by ssh-keygen. */
#include "certificate/sshsig.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/copy.h"
#include "base/error.h"
#include "base/process.h"
#include "certificate/ssh_wire.h"

#define BEGIN "-----BEGIN SSH SIGNATURE-----\n"
#define END "-----END SSH SIGNATURE-----\n"
#define MAGIC "SSHSIG"
/* The descriptor process_spec.pass_fd gives. */
#define PASSED "/proc/self/fd/3"
enum { SAID_MAX = 16 << 10 };

void sshsig_done(struct sshsig *signature)
{
    free(signature->namespace);
    free(signature->fingerprint);
    buffer_done(&signature->key);
}

/* --- what it says of itself --------------------------------------------------------------- */

/* The armour has one form for the same bytes: no bit of the file can be changed unnoticed. */
static bool take_armour(const char *text, size_t length, struct buffer *ret_data)
{
    _cleanup_buffer_ struct buffer body = {0}, again = {0};

    if (length < strlen(BEGIN END) || strncmp(text, BEGIN, strlen(BEGIN)) != 0 ||
        strncmp(text + length - strlen(END), END, strlen(END)) != 0)
        return false;
    for (const char *at = text + strlen(BEGIN); at < text + length - strlen(END); at++)
        if (*at != '\n')
            buffer_add(&body, at, 1);
    if (body.length == 0 || !base64_decode(body.data, body.length, ret_data))
        return false;
    base64_encode(ret_data->data, ret_data->length, &again);
    return again.length == body.length && memcmp(again.data, body.data, body.length) == 0;
}

int sshsig_parse(const char *text, size_t length, struct sshsig *ret_signature, struct error **err)
{
    _cleanup_buffer_ struct buffer data = {0};
    struct ssh_bytes left, key, namespace;
    uint32_t version;

    if (!take_armour(text, length, &data))
        return error_set(err, -EBADMSG, "it is not a signature of ssh-keygen -Y sign");
    left = (struct ssh_bytes){(const unsigned char *)data.data, data.length};
    if (left.length < strlen(MAGIC) || memcmp(left.at, MAGIC, strlen(MAGIC)) != 0)
        return error_set(err, -EBADMSG, "it does not begin with " MAGIC);
    left.at += strlen(MAGIC);
    left.length -= strlen(MAGIC);
    if (!ssh_take_number(&left, &version) || version != 1 || !ssh_take_string(&left, &key) ||
        !ssh_take_string(&left, &namespace) || memchr(namespace.at, '\0', namespace.length) != NULL)
        return error_set(err, -EBADMSG, "its parts are not those of an SSHSIG of version 1");
    ret_signature->namespace = text_ndup((const char *)namespace.at, namespace.length);
    ret_signature->fingerprint = ssh_fingerprint(key.at, key.length);
    buffer_add(&ret_signature->key, key.at, key.length);
    return 0;
}

/* --- ssh-keygen --------------------------------------------------------------------------- */

static int in_memory(const void *data, size_t length, int *ret_fd, struct error **err)
{
    _cleanup_close_ int fd = memfd_create("touchstone", MFD_CLOEXEC);
    int code = fd < 0 ? -errno : copy_write(fd, data, length);

    if (code < 0 || lseek(fd, 0, SEEK_SET) < 0)
        return error_set_errno(err, code < 0 ? code : -errno, "cannot create a file in memory");
    *ret_fd = steal_fd(fd);
    return 0;
}

static int not_installed(struct error **err)
{
    return error_set(err, -ENOENT,
                     "'ssh-keygen' is not installed: it makes and checks signatures (package "
                     "openssh-client or openssh)");
}

/* Runs ssh-keygen with the data as standard input, and the signature (may be NULL) as PASSED. */
static int keygen(const char *const *argv, const void *data, size_t length,
                  const struct buffer *signature, int64_t seconds,
                  struct process_output *ret_output, struct error **err)
{
    struct process_spec spec = PROCESS_SPEC_INIT;
    _cleanup_close_ int input = -1, passed = -1;
    int code = in_memory(data, length, &input, err);

    if (code == 0 && signature != NULL)
        code = in_memory(signature->data, signature->length, &passed, err);
    if (code < 0)
        return code;
    spec.argv = argv;
    spec.stdin_fd = input;
    spec.pass_fd = passed;
    spec.die_with_parent = true;
    code = process_run(&spec, seconds * 1000, SAID_MAX, ret_output, err);
    if (code == -ENOENT)
        return not_installed(err);
    return code < 0 ? error_prefix(err, "cannot run ssh-keygen") : 0;
}

static bool succeeded(const struct process_output *output)
{
    return output->exit.exited && output->exit.code == 0 && !output->truncated;
}

/* The last line of what it said, without its line break. Caller frees. */
static char *last_line(const struct process_output *output)
{
    const char *text = output->err.data != NULL ? output->err.data : "";
    const char *last = text;

    for (const char *at = text; *at != '\0'; at++)
        if (*at == '\n' && at[1] != '\0')
            last = at + 1;
    return output->exit.timed_out ? text_dup("it took too long")
                                  : text_ndup(last, strcspn(last, "\r\n"));
}

/* Reads what a child wrote to a file in memory. */
static int read_back(int fd, struct buffer *ret_text, struct error **err)
{
    char chunk[SAID_MAX];
    ssize_t got = pread(fd, chunk, sizeof(chunk), 0);

    if (got < 0)
        return error_set_errno(err, -errno, "cannot read a file in memory");
    buffer_add(ret_text, chunk, (size_t)got);
    return 0;
}

/* In the foreground, unlike process_run: ssh-keygen may ask for a passphrase on the terminal. */
static int run_sign(const char *const *argv, const void *data, size_t length,
                    struct process_output *ret_output, struct error **err)
{
    struct process_spec spec = PROCESS_SPEC_INIT;
    _cleanup_close_ int input = -1, out = -1, said = -1;
    pid_t pid = 0;
    int code = in_memory(data, length, &input, err);

    if (code == 0)
        code = in_memory("", 0, &out, err);
    if (code == 0)
        code = in_memory("", 0, &said, err);
    if (code < 0)
        return code;
    spec.argv = argv;
    spec.stdin_fd = input;
    spec.stdout_fd = out;
    spec.stderr_fd = said;
    spec.die_with_parent = true;
    code = process_start(&spec, &pid, err);
    if (code == -ENOENT)
        return not_installed(err);
    if (code == 0)
        code = process_wait(pid, false, clock_now_ms() + SSHSIG_SIGN_SECONDS * 1000,
                            &ret_output->exit, err);
    if (code == 0)
        code = read_back(out, &ret_output->out, err);
    return code == 0 ? read_back(said, &ret_output->err, err) : code;
}

int sshsig_sign(const char *key, const char *namespace, const void *data, size_t length,
                struct buffer *ret_signature, struct error **err)
{
    const char *argv[] = {"ssh-keygen", "-Y", "sign", "-f", key, "-n", namespace, NULL};
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_(sshsig_done) struct sshsig made = {NULL};
    _cleanup_free_ char *said = NULL;
    int code = run_sign(argv, data, length, &output, err);

    if (code < 0)
        return code;
    said = last_line(&output);
    if (!succeeded(&output))
        return error_set(err, -EINVAL, "cannot sign with the key '%s': ssh-keygen says '%s'", key,
                         said);
    code =
        sshsig_parse(output.out.data != NULL ? output.out.data : "", output.out.length, &made, err);
    if (code < 0)
        return error_prefix(err, "ssh-keygen signed with '%s'", key);
    buffer_add(ret_signature, output.out.data, output.out.length);
    return 0;
}

/* -Overify-time takes local time without a zone, and universal time with Z. */
static char *time_option(int64_t at_ms)
{
    time_t seconds = at_ms / 1000;
    struct tm tm;
    char text[32];

    gmtime_r(&seconds, &tm);
    strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", &tm);
    return text_format("-Overify-time=%s", text);
}

/* The first identity of the signers that have this key; NULL: none has. */
static int find_signer(const struct buffer *signature, const struct sshsig_trust *trust,
                       const char *when, char **ret_signer, struct error **err)
{
    const char *argv[] = {"ssh-keygen", "-Y", "find-principals", "-s", PASSED, "-f", trust->signers,
                          when,         NULL};
    _cleanup_(process_output_done) struct process_output output = {0};
    int code = keygen(argv, "", 0, signature, SSHSIG_CHECK_SECONDS, &output, err);

    if (code == 0 && succeeded(&output) && output.out.length > 0)
        *ret_signer = text_ndup(output.out.data, strcspn(output.out.data, ",\r\n"));
    return code;
}

/* What is checked. */
struct signed_data {
    const struct buffer *signature;
    const char *namespace;
    const void *data;
    size_t length;
};

/* True if a signer of the file made it for this namespace, and may at that time. */
static int check_allowed(const struct signed_data *of, const struct sshsig_trust *trust,
                         const char *when, const char *signer, bool *ret_allowed,
                         struct error **err)
{
    const char *argv[] = {"ssh-keygen",   "-Y", "verify", "-n", of->namespace, "-s", PASSED, "-f",
                          trust->signers, "-I", signer,   when, NULL,          NULL, NULL};
    _cleanup_(process_output_done) struct process_output output = {0};
    int code;

    if (trust->revoked != NULL) {
        argv[12] = "-r";
        argv[13] = trust->revoked;
    }
    code = keygen(argv, of->data, of->length, of->signature, SSHSIG_CHECK_SECONDS, &output, err);
    *ret_allowed = code == 0 && succeeded(&output);
    return code;
}

static int check_readable(const char *path, const char *what, struct error **err)
{
    if (path == NULL || access(path, R_OK) == 0)
        return 0;
    return errno == ENOENT
               ? error_set(err, -EINVAL, "the file of %s '%s' does not exist", what, path)
               : error_set_errno(err, -errno, "cannot read the file of %s '%s'", what, path);
}

static int check_signer(const struct signed_data *of, const struct sshsig_trust *trust,
                        char **ret_signer, struct error **err)
{
    _cleanup_free_ char *when = time_option(trust->at_ms), *signer = text_dup(trust->identity);
    bool allowed = false;
    int code = check_readable(trust->signers, "allowed signers", err);

    if (code == 0)
        code = check_readable(trust->revoked, "revoked keys", err);
    if (code == 0 && signer == NULL)
        code = find_signer(of->signature, trust, when, &signer, err);
    if (code == 0 && signer != NULL)
        code = check_allowed(of, trust, when, signer, &allowed, err);
    if (allowed)
        *ret_signer = steal_ptr(signer);
    return code;
}

int sshsig_check(const struct buffer *signature, const char *namespace, const void *data,
                 size_t length, const struct sshsig_trust *trust, bool *ret_good, char **ret_signer,
                 struct error **err)
{
    const char *argv[] = {"ssh-keygen", "-Y", "check-novalidate", "-n", namespace, "-s",
                          PASSED,       NULL};
    const struct signed_data of = {signature, namespace, data, length};
    _cleanup_(process_output_done) struct process_output output = {0};
    _cleanup_free_ char *signer = NULL;
    int code = trust->signers != NULL ? check_signer(&of, trust, &signer, err) : 0;

    if (code == 0 && signer == NULL)
        code = keygen(argv, data, length, signature, SSHSIG_CHECK_SECONDS, &output, err);
    if (code < 0)
        return code;
    *ret_good = signer != NULL || succeeded(&output);
    *ret_signer = steal_ptr(signer);
    return 0;
}

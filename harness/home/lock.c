/* SPDX-License-Identifier: Apache-2.0 */
/* The lock that a controller holds on its home. */
#include "home/lock.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/path.h"
#include "home/home.h"

int home_lock(int *ret_fd, struct error **err)
{
    _cleanup_free_ char *path = NULL;
    const char *home = NULL;
    int code = home_folder(&home, err);

    if (code < 0)
        return code;
    path = path_join(home, "controller.lock");
    code = lock_take(path, "the home", 0, ret_fd, err);
    if (code == -EAGAIN)
        return error_set(err, -EBUSY,
                         "another touchstone is running jobs in '%s': wait until it ends, or set "
                         "TOUCHSTONE_HOME to another folder",
                         home);
    return code;
}

// SPDX-License-Identifier: GPL-2.0
/* The kernel part of Guardian: counts opened files (a kprobe) and modules that are loaded (a notifier), and shows both
 * counts in /sys/kernel/guardian. It changes nothing of what it sees. */
#include <linux/atomic.h>
#include <linux/kobject.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

static atomic64_t opens = ATOMIC64_INIT(0);
static atomic64_t modules = ATOMIC64_INIT(0);
static struct kobject *folder;

static ssize_t opens_show(struct kobject *object, struct kobj_attribute *attribute, char *text)
{
	return sysfs_emit(text, "%lld\n", (long long)atomic64_read(&opens));
}

static ssize_t modules_show(struct kobject *object, struct kobj_attribute *attribute, char *text)
{
	return sysfs_emit(text, "%lld\n", (long long)atomic64_read(&modules));
}

static struct kobj_attribute opens_file = __ATTR_RO(opens);
static struct kobj_attribute modules_file = __ATTR_RO(modules);
static struct attribute *files[] = { &opens_file.attr, &modules_file.attr, NULL };
static const struct attribute_group group = { .attrs = files };

static int on_open(struct kprobe *probe, struct pt_regs *registers)
{
	atomic64_inc(&opens);
	return 0;
}

static int on_module(struct notifier_block *block, unsigned long state, void *which)
{
	if (state == MODULE_STATE_COMING && which != THIS_MODULE)
		atomic64_inc(&modules);
	return NOTIFY_DONE;
}

static struct kprobe probe = { .symbol_name = "vfs_open", .pre_handler = on_open };
static struct notifier_block notifier = { .notifier_call = on_module };

static int __init guardian_start(void)
{
	int code;

	folder = kobject_create_and_add("guardian", kernel_kobj);
	if (folder == NULL)
		return -ENOMEM;
	code = sysfs_create_group(folder, &group);
	if (code < 0)
		goto no_group;
	code = register_module_notifier(&notifier);
	if (code < 0)
		goto no_group;
	code = register_kprobe(&probe);
	if (code < 0)
		goto no_probe;
	return 0;
no_probe:
	unregister_module_notifier(&notifier);
no_group:
	kobject_put(folder);
	return code;
}

static void __exit guardian_stop(void)
{
	unregister_kprobe(&probe);
	unregister_module_notifier(&notifier);
	kobject_put(folder);
}

module_init(guardian_start);
module_exit(guardian_stop);
MODULE_LICENSE("GPL");
MODULE_VERSION("1.0");
MODULE_DESCRIPTION("Counts opened files and loaded modules");

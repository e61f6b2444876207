// SPDX-License-Identifier: Apache-2.0
// Runs in a cgroup with a limit of 256 MiB.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import v8 from 'node:v8';

test('the limit of the cgroup is seen', () => {
    assert.equal(process.constrainedMemory(), 256 << 20);
    const limit = v8.getHeapStatistics().heap_size_limit;
    execFileSync('observe', ['memory.heap_limit', limit, 'B']);
    assert.ok(limit <= 512 << 20, `the heap may grow to ${limit} bytes`);
});

test('an overfull heap ends the process, and says so', () => {
    const child = spawnSync(process.execPath, ['--max-old-space-size=32', '-e', 'const all = []; for (;;) all.push(new Array(1000).fill(all.length));']);
    assert.equal(child.signal, 'SIGABRT');
    assert.match(child.stderr.toString(), /JavaScript heap out of memory/);
});

test('memory is given back', () => {
    const before = process.memoryUsage().rss;
    let data = Array.from({ length: 40 }, () => Buffer.alloc(1 << 20, 1));
    const full = process.memoryUsage().rss;
    assert.ok(full - before > 30 << 20);
    data = null;
    v8.setFlagsFromString('--expose-gc');
    for (let i = 0; i < 3; i++)
        globalThis.gc?.();
    const child = spawnSync(process.execPath, ['--expose-gc', '-e', `
        let data = Array.from({ length: 40 }, () => Buffer.alloc(1 << 20, 1));
        const full = process.memoryUsage().rss; data = null; gc(); gc();
        setTimeout(() => console.log(full - process.memoryUsage().rss > 20 << 20), 100);`]);
    assert.equal(child.stdout.toString(), 'true\n');
});

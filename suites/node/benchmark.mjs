// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

// rate KEY WORK: observes how often WORK runs in a second.
function rate(key, work) {
    test(key, () => {
        const start = process.hrtime.bigint();
        let times = 0, took;
        do {
            work();
            times++;
            took = Number(process.hrtime.bigint() - start) / 1e9;
        } while (took < 1);
        execFileSync('observe', [`benchmark.${key}`, (times / took).toFixed(1), '1/s']);
    });
}

const data = Buffer.alloc(1 << 16, 'touchstone'), text = data.toString('latin1', 0, 4096), object = Array.from({ length: 500 }, (_, i) => ({ i, text: `item ${i}` }));
rate('sha256', () => createHash('sha256').update(data).digest());
rate('json', () => JSON.parse(JSON.stringify(object)));
rate('regexp', () => text.match(/t(\w{3,8})st/g));

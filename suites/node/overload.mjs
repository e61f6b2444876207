// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createServer, Agent, get } from 'node:http';
import { test } from 'node:test';

test('every request is answered, and the heap is as before', async () => {
    const server = createServer((request, response) => response.end(JSON.stringify({ path: request.url, data: 'x'.repeat(2000) })));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const agent = new Agent({ keepAlive: true, maxSockets: 100 });
    const ask = (i) => new Promise((resolve, reject) => {
        get({ host: '127.0.0.1', port: server.address().port, path: `/${i}`, agent }, (response) => {
            let body = '';
            response.on('data', (part) => { body += part; }).on('end', () => resolve(JSON.parse(body).path === `/${i}`));
        }).on('error', reject);
    });
    for (let i = 0; i < 20; i++)
        await ask(i);
    gc();
    const before = process.memoryUsage().heapUsed;
    const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => ask(i)));
    assert.equal(answers.filter(Boolean).length, 500);
    agent.destroy();
    await new Promise((resolve) => server.close(resolve));
    answers.length = 0;
    gc();
    const growth = process.memoryUsage().heapUsed - before;
    assert.ok(growth < 16 << 20, `the heap grew by ${growth} bytes`);
});

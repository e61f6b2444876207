// SPDX-License-Identifier: Apache-2.0
// Add-ons by their C interface, which is stable across versions of Node: argon2 and crc32 (Rust), LevelDB (C++).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { crc32 as crcOfNode } from 'node:zlib';

const load = (name) => createRequire(import.meta.url)(join(process.execPath, '../../addons', `${name}.node`));

test('crc32', () => {
    const { crc32, crc32c } = load('crc32');
    assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926);
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283); // RFC 3720
    for (const size of [0, 1, 15, 16, 63, 64, 65, 4096, 100003]) {
        const data = Buffer.alloc(size, 'touchstone');
        assert.equal(crc32(data), crcOfNode(data));
    }
});

test('argon2', () => {
    const { hashSync, hashRawSync, verifySync } = load('argon2');
    const options = { algorithm: 2, version: 1, memoryCost: 1024, timeCost: 2, parallelism: 1, outputLen: 32, salt: Buffer.alloc(16, 1) };
    assert.equal(hashRawSync('password', options).toString('hex'), '5e0945628f63db8887e69269216f09489d88e1c0ab81640d14de53a71ed8338d');
    const hash = hashSync('password', { memoryCost: 1024, timeCost: 2, parallelism: 2 });
    assert.ok(verifySync(hash, 'password'));
    assert.ok(!verifySync(hash, 'Password'));
});

// open FOLDER: the functions of a LevelDB with promises.
async function open(folder) {
    const level = load('leveldown'), context = level.db_init();
    const call = (name) => (...parts) => promisify(level[name])(context, ...parts);
    await call('db_open')(folder, { createIfMissing: true });
    return { put: call('db_put'), get: async (key) => (await call('db_get')(key, {})).toString(), close: call('db_close') };
}

test('LevelDB keeps what it is given', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'level-'));
    let db = await open(folder);
    for (let i = 0; i < 2000; i++)
        await db.put(`key ${i}`, `value ${i * i}`, {});
    await db.close();
    db = await open(folder);
    for (let i = 0; i < 2000; i += 7)
        assert.equal(await db.get(`key ${i}`), `value ${i * i}`);
    await assert.rejects(db.get('no such key'));
    await db.close();
    rmSync(folder, { recursive: true });
});

test('LevelDB loses no acknowledged write when its process is killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'level-'));
    const writer = spawn(process.execPath, ['-e', `
        const level = require(${JSON.stringify(join(process.execPath, '../../addons/leveldown.node'))}), db = level.db_init();
        let i = 0;
        const next = (error) => { if (error) throw error; if (i > 0) console.log(i); i++; level.db_put(db, String(i), 'x', { sync: true }, next); };
        level.db_open(db, ${JSON.stringify(folder)}, { createIfMissing: true }, next);`], { stdio: ['ignore', 'pipe', 'inherit'] });
    let last = 0;
    for await (const part of writer.stdout) {
        last = Number(part.toString().trim().split('\n').at(-1));
        if (last >= 200)
            writer.kill('SIGKILL');
    }
    assert.ok(last >= 200);
    const db = await open(folder);
    for (let i = 1; i <= last; i++)
        assert.equal(await db.get(String(i)), 'x');
    await db.close();
    rmSync(folder, { recursive: true });
});

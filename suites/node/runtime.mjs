// SPDX-License-Identifier: Apache-2.0
// What must be the same on every CPU. Expected values are from the standards that are named, or were computed by other
// programs.
import assert from 'node:assert/strict';
import { createHash, createHmac, createCipheriv, createDecipheriv, scryptSync, pbkdf2Sync, createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, sign, verify } from 'node:crypto';
import { createServer, get } from 'node:http';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, crc32, gunzipSync, gzipSync } from 'node:zlib';
import { Worker } from 'node:worker_threads';

const hex = (text) => Buffer.from(text, 'hex');

test('hashes (FIPS 180-4, 202)', () => {
    const of = (name, text) => createHash(name).update(text).digest('hex');
    assert.equal(of('sha1', 'abc'), 'a9993e364706816aba3e25717850c26c9cd0d89d');
    assert.equal(of('sha256', 'abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(of('sha256', 'a'.repeat(1e6)), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0');
    assert.equal(of('sha512', 'abc').slice(0, 32), 'ddaf35a193617abacc417349ae204131');
    assert.equal(of('sha3-256', ''), 'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a');
    assert.equal(createHmac('sha256', 'key').update('The quick brown fox jumps over the lazy dog').digest('hex'),
        'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8');
});

test('ciphers (NIST GCM, RFC 8439)', () => {
    const gcm = createCipheriv('aes-128-gcm', Buffer.alloc(16), Buffer.alloc(12));
    assert.equal(gcm.update(Buffer.alloc(16)).toString('hex') + gcm.final('hex'), '0388dace60b6a392f328c2b971b2fe78');
    assert.equal(gcm.getAuthTag().toString('hex'), 'ab6e47d42cec13bdf53a67b21257bddf');
    const data = Buffer.alloc(100003, 7), key = Buffer.alloc(32, 1), nonce = Buffer.alloc(12, 2);
    for (const name of ['aes-256-gcm', 'chacha20-poly1305']) {
        const seal = createCipheriv(name, key, nonce, { authTagLength: 16 });
        const sealed = Buffer.concat([seal.update(data), seal.final()]);
        const open = createDecipheriv(name, key, nonce, { authTagLength: 16 }).setAuthTag(seal.getAuthTag());
        assert.ok(Buffer.concat([open.update(sealed), open.final()]).equals(data));
        sealed[5] ^= 1;
        const bad = createDecipheriv(name, key, nonce, { authTagLength: 16 }).setAuthTag(seal.getAuthTag());
        bad.update(sealed);
        assert.throws(() => bad.final());
    }
});

test('keys from passwords (RFC 7914, 6070)', () => {
    assert.equal(scryptSync('', '', 64, { N: 16, r: 1, p: 1 }).toString('hex').slice(0, 32), '77d6576238657b203b19ca42c18a0497');
    assert.equal(pbkdf2Sync('password', 'salt', 4096, 20, 'sha1').toString('hex'), '4b007901b765489abead49d926f721d065a429c1');
});

test('signatures and key agreement (RFC 8032, 7748)', () => {
    const secret = createPrivateKey({ format: 'der', type: 'pkcs8',
        key: Buffer.concat([hex('302e020100300506032b657004220420'), hex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60')]) });
    const signature = sign(null, Buffer.alloc(0), secret);
    assert.equal(signature.toString('hex').slice(0, 32), 'e5564300c360ac729086e2cc806e828a');
    assert.ok(verify(null, Buffer.alloc(0), createPublicKey(secret), signature));
    for (const kind of ['x25519', 'x448']) {
        const a = generateKeyPairSync(kind), b = generateKeyPairSync(kind);
        assert.deepEqual(diffieHellman({ privateKey: a.privateKey, publicKey: b.publicKey }),
            diffieHellman({ privateKey: b.privateKey, publicKey: a.publicKey }));
    }
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    assert.ok(verify('sha256', 'words', publicKey, sign('sha256', 'words', privateKey)));
    assert.ok(!verify('sha256', 'other', publicKey, sign('sha256', 'words', privateKey)));
});

test('compiled code computes as interpreted code', () => {
    const work = (n, x) => {
        let integer = n | 0, float = x, text = 0;
        for (let i = 0; i < 2000; i++) {
            integer = (Math.imul(integer, 1664525) + 1013904223) | 0;
            float = Math.fround(float * 1.0000001) + (integer >>> 7) / 3;
            text = (text * 31 + (integer & 0xffff)) % 1000003;
        }
        return `${integer} ${float} ${text} ${(integer >>> 0) % 7} ${integer / -0} ${-7 % 3} ${2 ** 53 + 1} ${1e21 | 0} ${NaN | 0}`;
    };
    const interpreted = work(42, 1.5);
    for (let i = 0; i < 200; i++)
        work(i, i / 7);
    eval('%PrepareFunctionForOptimization(work)');
    work(42, 1.5);
    eval('%OptimizeFunctionOnNextCall(work)');
    assert.equal(work(42, 1.5), interpreted);
    assert.equal(interpreted, '-1227756614 11388890439.666666 581413 4 Infinity -1 9007199254740992 -559939584 0');
});

test('mathematical functions', () => {
    // The standard leaves their last digits open: each function's results are observed, and compared between platforms.
    const functions = { sin: Math.sin, cos: Math.cos, tan: Math.tan, exp: (x) => Math.exp(x / 9), log: (x) => Math.log(Math.abs(x)),
        pow: (x) => Math.pow(Math.abs(x), 0.37), atan: Math.atan, cbrt: Math.cbrt, sinh: (x) => Math.sinh(x / 99), expm1: (x) => Math.expm1(1 / x) };
    for (const [name, work] of Object.entries(functions)) {
        const results = Float64Array.from({ length: 5000 }, (_, i) => work(i * 0.7391 - 1200.1));
        execFileSync('observe', [`math.${name}`, createHash('sha256').update(Buffer.from(results.buffer)).digest('hex').slice(0, 16)]);
    }
    for (let x = 0.1; x < 700; x += 1.7) {
        const near = (a, b) => assert.ok(Math.abs(a - b) <= Math.abs(b) * 1e-13, `${a} is not ${b}, x = ${x}`);
        near(Math.sin(x) ** 2 + Math.cos(x) ** 2, 1);
        near(Math.exp(Math.log(x)), x);
        near(Math.cbrt(x) ** 3, x);
        near(Math.pow(x, 2.5), x * x * Math.sqrt(x));
        near(Math.hypot(3 * x, 4 * x), 5 * x);
    }
});

test('WebAssembly with vectors', async () => {
    // (func (param f32) (result f32): the lanes of splat(x) * splat(x) + splat(x), lane 2
    const code = hex('0061736d0100000001060160017d017d030201000708010473696d6400000a1901170020' +
        '00fd132000fd13fde6012000fd13fde401fd1f020b');
    const { instance } = await WebAssembly.instantiate(code);
    assert.equal(instance.exports.simd(1.5), 3.75);
});

test('threads share memory', async () => {
    const shared = new SharedArrayBuffer(8), sum = new Int32Array(shared);
    const source = `const { workerData } = require('node:worker_threads'); const sum = new Int32Array(workerData);
        for (let i = 0; i < 20000; i++) Atomics.add(sum, 0, 1);`;
    await Promise.all(Array.from({ length: 4 }, () => new Promise((resolve, reject) => {
        new Worker(source, { eval: true, workerData: shared }).on('exit', resolve).on('error', reject);
    })));
    assert.equal(Atomics.load(sum, 0), 80000);
});

test('compression', () => {
    const data = Buffer.from(Array.from({ length: 30000 }, (_, i) => (i * i) % 251));
    assert.ok(gunzipSync(gzipSync(data)).equals(data));
    assert.ok(brotliDecompressSync(brotliCompressSync(data)).equals(data));
    assert.equal(crc32('123456789'), 0xcbf43926);
});

test('languages and times', () => {
    assert.equal(new Intl.NumberFormat('zh-CN', { style: 'currency', currency: 'CNY' }).format(1234567.8), '¥1,234,567.80');
    assert.equal(new Intl.DateTimeFormat('zh-CN', { dateStyle: 'full', timeZone: 'Asia/Shanghai' }).format(new Date(0)), '1970年1月1日星期四');
    assert.equal('试金石'.normalize('NFD').length, 3);
    assert.deepEqual(['乙', '甲', '丙'].sort(new Intl.Collator('zh').compare), ['丙', '甲', '乙']);
});

test('files and processes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'node-'));
    writeFileSync(join(folder, 'a'), 'x'.repeat(1 << 20));
    assert.equal(readFileSync(join(folder, 'a')).length, 1 << 20);
    rmSync(folder, { recursive: true });
    assert.equal(execFileSync('/bin/echo', ['hello']).toString(), 'hello\n');
});

test('HTTP over loopback', async () => {
    const server = createServer((request, response) => response.end(request.url));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => new Promise((resolve, reject) => {
        get({ host: '127.0.0.1', port: server.address().port, path: `/${i}` }, (response) => {
            let body = '';
            response.on('data', (part) => { body += part; }).on('end', () => resolve(body));
        }).on('error', reject);
    })));
    server.close();
    assert.deepEqual(answers, Array.from({ length: 50 }, (_, i) => `/${i}`));
});

// SPDX-License-Identifier: Apache-2.0
// Results against plain arithmetic in double precision. The runtime chooses its code by the CPU, so the last digits may
// differ between platforms: the digests of the results are observed, and so compared between platforms.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constant, digest, error, model, multiply, numbers, observe, operation, ort, perceptron } from './onnx.mjs';

async function run(file, feeds) {
    const session = await ort.InferenceSession.create(file);
    return (await session.run(feeds)).y.data;
}

function judge(name, actual, expected, tolerance) {
    const most = error(actual, expected);
    observe(`digest.${name}`, digest(actual));
    observe(`error.${name}`, most.toExponential(1));
    assert.ok(most <= tolerance, `the relative error is ${most}`);
}

test('product of matrices', async () => {
    const [m, k, n] = [33, 129, 65], a = numbers(m * k, 6), b = numbers(k * n, 7);
    const file = model([operation('MatMul', ['a', 'b'], 'y')], [constant('b', 'float32', [k, n], b)], [['a', 'float32', [m, k]]], [['y', 'float32', [m, n]]]);
    judge('matmul', await run(file, { a: new ort.Tensor('float32', a, [m, k]) }), multiply(a, b, m, k, n), 1e-5);
});

test('perceptron with two layers', async () => {
    const network = perceptron(), x = network.tensor(8);
    judge('perceptron', await run(network.file, { x }), network.expected(x.data), 1e-5);
});

test('convolution', async () => {
    const [channels, filters, size] = [3, 8, 17], x = numbers(channels * size * size, 9), w = numbers(filters * channels * 9, 10), expected = new Float64Array(filters * size * size);
    for (let f = 0; f < filters; f++)
        for (let r = 0; r < size; r++)
            for (let s = 0; s < size; s++)
                for (let c = 0; c < channels; c++)
                    for (let i = Math.max(0, 1 - r); i < Math.min(3, size + 1 - r); i++)
                        for (let j = Math.max(0, 1 - s); j < Math.min(3, size + 1 - s); j++)
                            expected[(f * size + r) * size + s] += x[(c * size + r + i - 1) * size + s + j - 1] * w[((f * channels + c) * 3 + i) * 3 + j];
    const file = model([operation('Conv', ['x', 'w'], 'y', { pads: [1, 1, 1, 1] })], [constant('w', 'float32', [filters, channels, 3, 3], w)],
        [['x', 'float32', [1, channels, size, size]]], [['y', 'float32', [1, filters, size, size]]]);
    judge('convolution', await run(file, { x: new ort.Tensor('float32', x, [1, channels, size, size]) }), expected, 1e-5);
});

for (const [name, work] of Object.entries({ Exp: Math.exp, Tanh: Math.tanh, Sigmoid: (x) => 1 / (1 + Math.exp(-x)), Sqrt: (x) => Math.sqrt(x), Log: Math.log })) {
    test(`function ${name}`, async () => {
        const x = numbers(1003, 11).map((each) => (name === 'Sqrt' || name === 'Log' ? Math.abs(each) + 0.001 : each * 8));
        const file = model([operation(name, ['x'], 'y')], [], [['x', 'float32', [1003]]], [['y', 'float32', [1003]]]);
        judge(name.toLowerCase(), await run(file, { x: new ort.Tensor('float32', x, [1003]) }), Array.from(x, work), 1e-5);
    });
}

// integer NAME, type of b, limits: products of 8-bit integers, which many CPUs have instructions for.
function integer(name, type, low, high, exact) {
    test(name, async () => {
        const [m, k, n] = [7, 128, 24], wide = numbers(m * k, 12), narrow = numbers(k * n, 13);
        const a = Uint8Array.from(wide, (each) => Math.round((each + 1) * 127.5 * high));
        const b = (type === 'int8' ? Int8Array : Uint8Array).from(narrow, (each) => Math.round(each * 127 * low));
        const file = model([operation('MatMulInteger', ['a', 'b'], 'y')], [constant('b', type, [k, n], b)], [['a', 'uint8', [m, k]]], [['y', 'int32', [m, n]]]);
        const actual = await run(file, { a: new ort.Tensor('uint8', a, [m, k]) }), expected = multiply(a, b, m, k, n);
        observe(`digest.${name.replaceAll(' ', '-')}`, digest(actual));
        if (exact)
            assert.deepEqual(Array.from(actual), Array.from(expected));
        else
            observe('integer.large', error(actual, expected) === 0 ? 'exact' : 'saturated');
    });
}
integer('small integers', 'int8', 0.4, 0.4, true);
// Without instructions for dot products, x86 adds two products in 16 bits, which large ones exceed: that is documented.
integer('large integers', 'int8', 1, 1, false);
